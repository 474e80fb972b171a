"""docs/commands.md and docs/settings.md: what there is of Redis, and where.

The names are those of Redis 7.2.4, in docs/reference/. What is there is read
from the tables of the stages' sources; for what is missing, or only taken,
docs/reference/ has the reason.
"""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
REFERENCE = ROOT / "docs" / "reference"
TABLE = r"const struct %s (\w+)\[\] = \{\n(.*?)\n\};"
ROW = re.compile(r'\{"([^"]+)",(.*?)(?=\{"|\Z)', re.DOTALL)

# Settings in this table are taken and shown, and change nothing.
TAKEN = "taken_settings"
# Commands in this table are known by name alone.
ABSENT = "absent_commands"


def lines_of(name):
    for line in (REFERENCE / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


def sections(name):
    """The lines of a file below each [heading]."""
    found, section = {}, None
    for line in lines_of(name):
        if line.startswith("["):
            section = found.setdefault(line.strip("[]"), [])
        else:
            section.append(line)
    return found


def rows_of(kind):
    """Yields the name, the rest, the table and the file of each row of the tables of
    a kind of struct, from the first stage to the last."""
    for path in sorted((ROOT / "stages").glob("*/**/*.c")):
        if path.is_symlink() or "build" in path.parts:
            continue
        for table, body in re.findall(TABLE % kind, path.read_text(encoding="utf-8"), re.DOTALL):
            for name, rest in ROW.findall(body):
                yield name, rest, table, path


def link(path):
    """The file, under its stage and room."""
    inside = path.relative_to(ROOT / "stages")
    return "[%s](../stages/%s)" % ("/".join(inside.parts[:-1]), inside.as_posix())


def reasons(name):
    """Why something is missing, by its name, by its beginning with a star, or by its group."""
    return dict(line.split(" ", 1) for line in lines_of(name))


def reason_of(why, name, group=None):
    for key, reason in why.items():
        if key in (name, "[%s]" % group) or key.endswith("*") and name.startswith(key[:-1]):
            return reason
    raise ValueError("%s is missing and docs/reference/ does not say why" % name)


def shown(command):
    return "`%s`" % command.replace("|", " ").upper()


def commands_page(text, fill):
    homes = {}
    for name, _, table, path in rows_of("command"):
        if table != ABSENT:
            homes.setdefault(name, path)
    why, body, count = reasons("missing-commands.txt"), [], [0, 0]
    for group, lines in sections("commands.txt").items():
        body += ["", "## %s" % group.capitalize(), "",
                 "| command | since | where |", "| --- | --- | --- |"]
        for name, since in map(str.split, lines):
            there = name in homes and name not in why    # those only refuse what is asked for
            count[there] += 1
            where = link(homes[name]) if there else "missing: " + reason_of(why, name, group)
            body.append("| %s | %s | %s |" % (shown(name), since, where))
    text = fill(text, "count", "Of the %d commands and subcommands of Redis 7.2.4, %d are "
                "there and %d are missing.\n" % (sum(count), count[True], count[False]))
    return fill(text, "tables", "\n".join(body[1:]) + "\n")


def settings_page(text, fill):
    homes = {}
    for name, rest, table, path in rows_of("setting"):
        for each in [name, *re.findall(r'\.alias = "([^"]+)"', rest)]:
            homes.setdefault(each, (table, path))
    why, body, count = reasons("missing-settings.txt"), [], {}
    for line in lines_of("settings.txt"):
        name, _, default = line.partition(" ")
        table, path = homes.get(name, (None, None))
        state = "missing" if table is None else "taken" if table == TAKEN else "works"
        count[state] = count.get(state, 0) + 1
        where = link(path) if state == "works" else reason_of(why, name)
        body.append("| `%s` | %s | %s | %s |" % (
            name, "`%s`" % default if default else "", state, where))
    text = fill(text, "count", "Of the %d settings of Redis 7.2.4, %d work, %d are taken and "
                "shown but change nothing, and %d are missing.\n" % (
                    sum(count.values()), count["works"], count.get("taken", 0),
                    count.get("missing", 0)))
    return fill(text, "table", "| setting | default in Redis | state | where, or why not |\n"
                "| --- | --- | --- | --- |\n" + "\n".join(body) + "\n")
