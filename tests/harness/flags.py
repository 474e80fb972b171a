"""Command lines that stand in files, such as help.ini: an option a section, without
a value a switch. Its fields are those of argparse, [about] and [end] what --help says
around them."""

import argparse

from .manifest import read_ini
from .model import verbatim


def words(text):
    """Returns the words between commas."""
    return [word.strip() for word in text.split(",") if word.strip()]


TYPES = {"int": int, "float": float, "words": words,
         "names": lambda text: words(text.upper()),
         "numbers": lambda text: [int(word) for word in words(text)]}


def parser(prog, path, **types):
    """Returns a parser of the options in a file; types are added to TYPES."""
    ini = read_ini(path)
    made = argparse.ArgumentParser(
        prog=prog, description=verbatim(ini["about"]["text"]),
        epilog=verbatim(ini["end"]["text"]) if "end" in ini else None,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    for section in (name for name in ini.sections() if name[0] == "-"):
        name, _, value = section.partition(" ")
        fields = dict(ini[section], help=" ".join(ini[section]["help"].split()))
        form = {"metavar": value} if value else {"action": "store_true"}
        if "type" in fields:
            form["type"] = {**TYPES, **types}[fields.pop("type")]
        form["required"] = bool(fields.pop("required", ""))
        made.add_argument(name, **form, **fields)
    return made
