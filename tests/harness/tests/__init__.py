"""The harness's own tests: python3 -m unittest discover tests/harness."""
