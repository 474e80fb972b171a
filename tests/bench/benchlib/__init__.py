"""The parts of tests/bench/bench: see the README beside it."""

import os
import sys

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.append(os.path.dirname(HERE))      # for the harness
