"""The texts in which Redis 7.2 shows a user's rules about commands.

Redis 7.0 makes such a text from the bits that the rules have set. 7.2 keeps the rules
themselves, and drops those that a later one overrules. So the text of 7.2 can be
predicted from the rules alone. The rest (flags, passwords, keys, channels) must be the
same in both versions.

"""

from harness import wire
from harness.held import pairs

SANITIZE = b"sanitize-payload"
# Redis writes only ~* here: it could not load a user that it had saved with ~* ~a.
INNER_STAR = b"%RW~*"


class Commands:
    """The rules about commands of one selector."""

    def __init__(self):
        self.forget(b"-@all")

    def forget(self, base):
        self.base, self.rules = base, []

    def apply(self, rule):
        rule = rule.lower()
        if rule in (b"allcommands", b"+@all"):
            self.forget(b"+@all")
        elif rule in (b"nocommands", b"-@all"):
            self.forget(b"-@all")
        elif rule[:1] in (b"+", b"-"):
            name = rule[1:]
            self.rules = [old for old in self.rules if old[1:] != name
                          and not old[1:].startswith(name + b"|")]
            self.rules.append(rule)

    def text(self):
        return b" ".join([self.base] + self.rules)


class User:
    """The rules of a user that were accepted, as far as they are about commands."""

    def __init__(self):
        self.reset()

    def reset(self):
        self.root, self.selectors = Commands(), []

    def apply(self, rules):
        """Applies the rules of one ACL SETUSER that was answered with OK."""
        for rule in merged(rules):
            if rule[:1] == b"(":
                selector = Commands()
                for inner in rule[1:-1].split():
                    selector.apply(inner)
                self.selectors.append(selector)
            elif rule.lower() == b"reset":
                self.reset()
            elif rule.lower() == b"clearselectors":
                self.selectors = []
            else:
                self.root.apply(rule)

    def texts(self):
        return [one.text() for one in [self.root] + self.selectors]


def merged(rules):
    """Returns the words, with those of a selector joined into one."""
    open_words = []
    for rule in rules:
        if open_words or rule[:1] == b"(":
            open_words.append(rule)
            if rule[-1:] != b")":
                continue
            rule, open_words = b" ".join(open_words), []
        yield rule


class Told:
    """An answer to ACL GETUSER."""

    def __init__(self, reply):
        fields = pairs(wire.plain(reply))
        self.flags = [flag for flag in fields[b"flags"] if flag != SANITIZE]
        self.passwords = fields[b"passwords"]
        self.parts = [fields] + [pairs(one) for one in fields[b"selectors"]]

    def commands(self):
        return [part[b"commands"] for part in self.parts]

    def rest(self):
        """Returns all but the commands, as Redis shows it."""
        return (self.flags, self.passwords,
                [(part[b"keys"].replace(INNER_STAR, b"~*"), part[b"channels"])
                 for part in self.parts])

    def has_inner_star(self):
        """Returns true if a star with both permissions has patterns behind it."""
        return any(INNER_STAR in part[b"keys"] for part in self.parts)

    def line(self, name):
        """Returns the line of ACL LIST, with the flag that only 7.2 shows."""
        sanitize = [flag for flag in (SANITIZE,)
                    if b"skip-sanitize-payload" not in self.flags]
        words = ([b"user", name] + self.flags + sanitize
                 + [b"#" + one for one in self.passwords])
        words.append(permissions(self.parts[0]))
        words += [b"(" + permissions(part) + b")" for part in self.parts[1:]]
        return b" ".join(words)


def permissions(part):
    channels = part[b"channels"]
    if channels != b"&*":
        channels = b" ".join([b"resetchannels"] + channels.split())
    return b" ".join(part[b"keys"].split() + channels.split()
                     + [part[b"commands"]])


def log_entries(reply):
    """Returns the entries of ACL LOG without clocks, clients and fields new in 7.2."""
    kept = (b"count", b"reason", b"context", b"object", b"username")
    return [tuple(entry[name] for name in kept)
            for entry in map(pairs, wire.plain(reply))]
