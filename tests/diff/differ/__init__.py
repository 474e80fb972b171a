"""The differential tester. tests/diff/README.md is its manual."""

import sys

if sys.version_info < (3, 9):
    sys.stderr.write("tests/diff needs Python 3.9 or newer\n")
    sys.exit(2)
