"""The beginnings of labs in other languages: a program that listens, with its
check.toml and the rules of its Makefile."""

import os
import shutil

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "starters")
NOTHING_TO_MAKE = ".PHONY: all\nall:\n\t@:\n"
GO = ".PHONY: all\nall:\n\t@go build -o server .\n"

# name: (files, command of the server, build command, rules of the Makefile)
STARTERS = {
    "python": (("server.py",), "python3 server.py {port}", None, NOTHING_TO_MAKE),
    "js": (("server.mjs",), "node server.mjs {port}", None, NOTHING_TO_MAKE),
    "go": (("server.go", "go.mod"), "./server {port}", "go build -o server .", GO),
    "none": ((), "./server --port {port}", None, NOTHING_TO_MAKE),
}


def copy(language, target):
    """Copies the starter there. Returns (command of the server, build, rules)."""
    names, *rest = STARTERS[language]
    for name in names:
        shutil.copy(os.path.join(HERE, name), target)
    return rest
