"""What the lessons have from elsewhere, for common/tools/docs.

Code. A block of C behind the line

    <!-- code: hash/hash.c hash_set -->

is the definition of hash_set (a function, a structure, a table or a macro) in
that file, as it is now; more names are more definitions. The file is named as
seen from the page.

Tables of requests. A table behind the line

    <!-- played -->

is a dialogue: each row has a request and its reply, written as in the sessions
of the checkpoints (tests/README.md). tests/suite/lessons.bats plays them all on
the stage's server, and on Redis. `B: PING` is another connection's request, a
first cell `B:` is a reply that B gets later, `"PI"` is exactly these bytes, and
`(20 ms later)` a pause. Words in the mark (<!-- played: --appendonly yes -->) go
behind the server's command.

Where is it? In docs/where.md each row of a table names functions, and links the
file in which they are defined. On any page, `name` in [file.c](file.c), or in
brackets behind it, says that the file has the name.
"""

import re

CODE = re.compile(r"(<!-- code: (\S+) ([\w ]+) -->\n)(?:```c\n.*?\n```\n)?",
                  re.DOTALL)
PLAYED = re.compile(r"<!-- played(?:: (.*?))? -->\n((?:\|.*\n)+)")
PAUSE = re.compile(r"\((\d+) ms later\)")
NAMED = re.compile(r"`(\w+)(?:\(\))?`\s+(?:in\s+|\()\[[^\]]*\]\((?!https?:)([^)#]+\.(?:c|h|mk))\)")
TALK = re.compile(r"(?:([A-Z]):)? ?(.*)", re.DOTALL)

# A macro with the lines that go on, or what begins a line, has the name before its
# arguments and its body, and ends with a line that begins with a brace.
DEFINED = (r"^#define NAME\b(?:.*\\\n)*.*$"
           r"|^\w[^;{}()\n]*(?:__attribute__\(\(.*\)\))?\n?[^;{}()\n]*\bNAME(?=[([\s])"
           r"[^;{}]*\{(?:.*\};?$|[\s\S]*?^\}.*$)")


def definition(source, name):
    """The text that defines name in source, or None."""
    found = re.search(DEFINED.replace("NAME", re.escape(name)), source, re.MULTILINE)
    return found.group() if found else None


def excerpts(page, text):
    """The text of a page with all its excerpts as the sources are now."""
    def block(match):
        source = (page.parent / match.group(2)).read_text(encoding="utf-8")
        parts = []
        for name in match.group(3).split():
            text = definition(source, name)
            if text is None:
                raise ValueError("%s does not define %s" % (match.group(2), name))
            parts.append(text)
        return "%s```c\n%s\n```\n" % (match.group(1), "\n\n".join(parts))
    try:
        return CODE.sub(block, text)
    except OSError as error:
        raise ValueError("no such file: %s" % error.filename) from error


def cells(row):
    """The cells of a row of a table, without the marks of code."""
    parts = re.split(r"(?<!\\)\|", row.strip())[1:-1]
    return [part.strip().strip("`").strip().replace("\\|", "|") for part in parts]


def dialogue(table):
    """The lines of a session for the rows of a table."""
    for row in table.splitlines()[2:]:
        request, reply = cells(row)[:2]
        pause = PAUSE.fullmatch(request)
        if pause:
            yield "wait %sms" % pause.group(1)
            continue
        conn, words = TALK.fullmatch(request).groups()
        conn = conn or "A"
        if words:
            yield "%s%s %s" % (conn, ">>" if words[0] == '"' else ">", words)
        if reply:
            yield "%s< %s" % (conn, reply)
        if reply == "nothing":
            yield "barrier Z"


def sessions(page, flush):
    """The tables of requests of a page, as texts of session files: one for each
    set of words behind the server's command."""
    text = page.read_text(encoding="utf-8")
    files = {}
    for number, match in enumerate(PLAYED.finditer(text), 1):
        words, table = match.groups()
        heading = re.findall(r"^#+ +(.*)$", text[:match.start()], re.MULTILINE)[-1]
        lines = ['session "%s, table %d"' % (heading.replace('"', "'"), number),
                 "whole", "alone", "unmarked"]
        lines += ["server " + words] if words else []
        lines += ["A> FLUSHALL", "A< +OK"] if flush else []
        files.setdefault(words, []).append("\n".join([*lines, *dialogue(table)]))
    return ["\n\n".join(parts) + "\n" for parts in files.values()]


def places(page):
    """The rows of docs/where.md: the file that is linked, the names in it."""
    for row in page.read_text(encoding="utf-8").splitlines():
        hit = re.search(r"\]\(([^)]+\.[ch])\)", row)
        if row.startswith("|") and hit:
            yield page.parent / hit.group(1), re.findall(r"`(\w+)\(?\)?`", row)


def named(page, text):
    """The names of which a page says in which file they stand: the file, the name."""
    for match in NAMED.finditer(text):
        yield page.parent / match.group(2), match.group(1)
