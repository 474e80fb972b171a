"""The harness that judges any server by its command line alone.

tests/check is its command, tests/README.md its manual. Only Python's own
library is used, so that judging works where nothing can be installed.
"""
