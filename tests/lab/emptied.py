"""C sources with the bodies of some functions taken out.

Our sources are formatted by clang-format, so what stands at file level can be
told apart without a parser of C: it begins in the first column, and a function
ends at the next line that is a closing brace.

A function that other files call, or that a table names, stays as a stub, which
compiles without a warning and does nothing. Helpers that nobody calls any more
go, with the comments above them: they are part of the solution.
"""

import re

NAME = re.compile(r"[A-Za-z_]\w*")
NOT_CODE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'', re.S)
FUNCTION = re.compile(r"[A-Za-z_][^=;(]*?\b([A-Za-z_]\w*)\(", re.S)
# Other named things: a pointer to functions, a macro, a variable or table.
NAMED = (re.compile(r"static[^=;()]*\(\*\s*(?:const\s+)?([A-Za-z_]\w*)"),
         re.compile(r"#define\s+([A-Za-z]\w*)"),
         re.compile(r"(?:static|const)[^(=;]*?\b([A-Za-z_]\w*)\s*(?:\[[^]]*\]\s*)*[=;]",
                    re.S))
BRACES = re.compile(r"\{[^{}]*\}")
ATTRIBUTE = re.compile(r"__attribute__\s*\(\(.*?\)\)\)?\s*", re.S)
COMMAND = "struct client *client, struct request *request"


def code_of(text):
    return NOT_CODE.sub(" ", text)


class Item:
    """Something at file level, with the comment right above it."""

    def __init__(self, lead, text):
        self.lead = lead
        self.text = text
        self.code = code_of(text)
        self.private = text.startswith(("static ", "#define "))
        self.head, brace, _ = ATTRIBUTE.sub("", self.code).partition("{\n")
        found = FUNCTION.match(self.head)
        whole = found and brace and text.endswith("\n}\n")
        self.function = found.group(1) if whole else None
        self.table = text.endswith("\n};\n") and "[] = {\n" in text
        for form in NAMED:
            found = found or form.match(self.flat())
        self.name = found.group(1) if found else None

    def flat(self):
        """Returns its code without the contents of braces."""
        code, before = self.code, ""
        while code != before:
            code, before = BRACES.sub(" ", code), code
        return code

    def uses(self):
        """Returns the names that it may use, except for members of types and the name
        that it declares."""
        found = set(NAME.findall(self.code)) - {self.name}
        if self.function or self.text.startswith("#") or "=" in self.flat():
            return found
        return {name for name in found if name.isupper()}

    def body(self):
        """Returns the text between a function's braces."""
        return self.text[self.text.index("{\n") + 2:-2]


def items(text):
    """Divides a source into the items at file level."""
    found, lead, lines = [], "", []
    for line in text.splitlines(keepends=True):
        lines.append(line)
        if not is_whole(lines):
            continue
        piece, lines = "".join(lines), []
        if piece.startswith("/*"):
            lead += piece
        elif lead and not piece.strip():        # it stands alone
            found += [Item("", lead), Item("", piece)]
            lead = ""
        else:
            found.append(Item(lead, piece))
            lead = ""
    return found + ([Item("", lead)] if lead else [])


def is_whole(lines):
    """Returns true if an item of these lines ends here."""
    first, last = lines[0], lines[-1].rstrip("\n")
    if first.startswith("/*"):
        return last.endswith("*/")
    if first.startswith("#"):
        return not last.endswith("\\")
    if last == "}" or not first.strip():
        return True
    code = code_of("".join(lines))
    return code.rstrip().endswith(";") and all(
        code.count(a) == code.count(b) for a, b in ("{}", "()"))


def functions(text):
    """Returns {name: Item} of the functions that a source defines."""
    return {item.function: item for item in items(text) if item.function}


def tables(text):
    """Returns {name: Item} of its tables."""
    return {item.name: item for item in items(text) if item.table}


def empty(text, chosen, before):
    """Returns the source without the bodies of the chosen functions, {name: text of the
    comment that replaces its body}. A function that the stage before has, {name: body},
    begins with the body that it has there."""
    kept = items(text)
    while True:
        called = names_called(kept, chosen)
        left = [item for item in kept
                if not (item.private and item.name and item.name not in called)]
        if len(left) == len(kept):
            break
        kept = left
    replies = "reply_" in text      # it knows reply.h
    made = "".join(item.lead + (item.text if item.name not in chosen
                                else no_rows(item, chosen) if item.table
                                else stub(item, chosen, before, replies))
                   for item in kept)
    return re.sub(r"\n{3,}", "\n\n", made).rstrip("\n") + "\n"


def names_called(kept, chosen):
    """Returns the names that are used by the items that stay."""
    called = set()
    for item in kept:
        if item.name not in chosen:
            called |= item.uses()
    return called


def no_rows(item, chosen):
    """Returns the table with its end row and no other."""
    return item.text[:item.text.index("{\n") + 2] \
        + "    /* %s */\n    {0},\n};\n" % chosen[item.name]


def stub(item, chosen, before, replies):
    """Returns the function without its body."""
    head = item.text[:item.text.index("{\n") + 2]
    if not item.private and item.function in before:
        return head + "    /* %s */\n" % chosen[item.function] \
            + before[item.function] + "}\n"
    asked = parameters(item.head)
    is_command = replies and item.private and ", ".join(asked) == COMMAND
    names = [NAME.findall(one)[-1] for one in asked if one != "void"][is_command:]
    lines = ["/* %s */" % chosen[item.function]] + ["(void)%s;" % name for name in names]
    if is_command:
        lines.append('reply_error(client, "ERR this command is yours to write");')
    result = item.head[:item.head.index(item.function + "(")]
    lines += returned(result.replace("static", "").replace("inline", "").strip())
    return head + "".join("    %s\n" % line for line in lines) + "}\n"


def returned(result):
    """Returns a line that returns an empty value of a type."""
    if result.endswith("*"):
        return ["return NULL;"]
    words = result.replace("const ", "").split()
    if words == ["void"] or "_Noreturn" in words:
        return []
    if words == ["bool"]:
        return ["return false;"]
    if words[0] in ("struct", "union"):
        return ["return (%s){0};" % " ".join(words)]
    return ["return 0;"]


def parameters(head):
    """Returns the parameters of a function as they are written."""
    inner = head[head.index("(", FUNCTION.match(head).end() - 1) + 1:head.rindex(")")]
    found, depth, one = [], 0, ""
    for char in inner + ",":
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            found.append(" ".join(one.split()))
            one = ""
        else:
            one += char
    return [re.sub(r"\(\*(\w+)\)\(.*\)$", r"\1", re.sub(r"\[[^]]*\]$", "", one))
            for one in found if one and one != "..."]
