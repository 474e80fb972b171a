"""command_table.py PORT OTHER: what COMMAND says of each command that a server at
PORT has, and which arguments of the requests of tables/keys.txt are keys, compared with
a redis-server at OTHER. All differences are printed; then the program ends with 1.
"""

import sys

from common import connect, finish, table
from harness import wire

# Fields of COMMAND INFO in which Redis 7.2, which ours follows, differs from 7.0.
NEWER = {field: names for field, *names in table("newer")}
FIELDS = ("arity", "flags", "first", "last", "step", "categories", "tips", "specifications")
SETS = ("flags", "categories")


def specification(spec):
    """Returns a key specification without its notes, which are free text."""
    spec = dict(zip(spec[::2], spec[1::2]))
    spec.pop(b"notes", None)
    return {name: sorted(value) if name == b"flags" else value for name, value in spec.items()}


def rows_of(rows):
    """Returns the facts about commands, and about their subcommands, by name."""
    found = {}
    for name, *values, subs in rows or ():
        row = dict(zip(FIELDS, values))
        row.update({field: sorted(row[field]) for field in SETS})
        row["specifications"] = [specification(spec) for spec in row["specifications"]]
        found[name.decode()] = row
        found.update(rows_of(subs))
    return found


def compare_rows(servers):
    mine, due = (rows_of(wire.plain(server.ask("COMMAND"))) for server in servers)
    for name, row in mine.items():
        for field, value in row.items():
            if name in due and name not in NEWER.get(field, ()) and value != due[name][field]:
                yield f"{name}: {field} {value}, in Redis {due[name][field]}"


def compare_keys(servers):
    for words in table("keys"):
        for form in ("GETKEYS", "GETKEYSANDFLAGS"):
            mine, due = (server.ask("COMMAND", form, *words) for server in servers)
            # Since 7.2 a single word is enough.
            if mine != due and b"wrong number of arguments for 'command|" not in due[1]:
                yield f"{form} {' '.join(words)}: {mine}, in Redis {due}"


if __name__ == "__main__":
    both = [connect(port) for port in sys.argv[1:]]
    finish([*compare_rows(both), *compare_keys(both)])
