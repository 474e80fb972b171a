"""Command lines that stand in files, such as help.ini: [options] has a row for each
option, [about] and [end] have what --help says around them. In front of an option's help
stand its name, that of its value, and what argparse is told of it:

    --jobs N, int, default 4 = judge so many at once
    --plain = no colour             (a switch, without a value)
"""

import argparse

from .manifest import read_ini
from .model import verbatim


def words(text):
    return [word.strip() for word in text.split(",") if word.strip()]


TYPES = {"int": int, "float": float, "words": words,
         "names": lambda text: words(text.upper()),
         "numbers": lambda text: [int(word) for word in words(text)]}


def read_option(row, types):
    """Returns an option's name, and its fields for argparse."""
    option, *rest = row.split(", ")
    name, _, value = option.partition(" ")
    fields = {"metavar": value} if value else {"action": "store_true"}
    for word in rest:
        field, _, content = word.partition(" ")     # "default 4", "dest to"
        if content:
            fields[field] = content
        elif word == "append":
            fields["action"] = word
        elif word == "required":
            fields[word] = True
        else:
            fields["type"] = types[word]
    return name, fields


def parser(prog, path, **types):
    """Returns a parser of the options in a file; types are added to TYPES."""
    ini = read_ini(path, str)
    made = argparse.ArgumentParser(
        prog=prog, description=verbatim(ini["about"]["text"]),
        epilog=verbatim(ini["end"]["text"]) if "end" in ini else None,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    for row, text in ini["options"].items():
        name, fields = read_option(row, {**TYPES, **types})
        made.add_argument(name, help=" ".join(text.split()), **fields)
    return made
