"""The checkpoints, or parts of them, that are functions.

A function gets a Bench: a running server to start, talk to and measure. It
raises Mismatch when something due did not come, Skip when it cannot be
judged here, and returns a list of notes otherwise.
"""

import importlib
import pkgutil


def load():
    """Imports all modules, so that their functions are registered."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module("." + module.name, __package__)
