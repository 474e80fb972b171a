"""The parts of tests/bench/bench: see the README beside it."""
