"""The differential tester. tests/diff/README.md is its manual."""
