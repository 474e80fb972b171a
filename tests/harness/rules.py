"""Known mistakes: what a failure looks like, never as a certainty.

rules.ini has the rules in the order in which they are tried: when each of them holds, and
the text for it. At most two are printed. What takes more than a line to find out is a
function in rules_*.py.

A wrong guess costs more than none, so a rule needs evidence that excludes its
neighbours. tests/bugs/ holds a seeded bug for each, which must be named as itself and
as nothing else; `tests/check rules` tries the rules on servers with one mistake each.
"""

import os
import re
import time

from . import (case, manifest, probe, rules_files, rules_lists, rules_server, rules_strings,
               rules_talk, rules_time, rules_types, wire)

MOST = 2
OF_REPLIES = "RSELT"    # letters of rules that a replication link cannot break
MODULES = (case, rules_files, rules_lists, rules_server, rules_strings, rules_talk, rules_time,
           rules_types)
# What a rule can name, beside the attributes of its case.
NAMES = {"match": re.match, "search": re.search, "bulk": wire.bulk, "CRLF": wire.CRLF,
         "now": time.time, "monotonic": time.monotonic, "LONG": probe.LONG,
         **{name: value for module in MODULES for name, value in vars(module).items()
            if name[0] != "_"}}


class Rule:
    """A section of rules.ini. when is an expression, or the name of a function of the case; what
    it gives is true, or a text that fits better than the usual one."""

    def __init__(self, section, fields):
        self.name = section.split()[0]
        self.text = " ".join(fields["text"].split())
        self.alone, self.last = (word in fields.get("marks", "") for word in ("alone", "last"))
        self.facts = fields.get("facts", "").split()
        self.replies = re.compile(fields.get("replies", "(?!)").encode(), re.S)
        self.when = compile("(%s\n)" % fields.get("when", "False"), section, "eval")

    def says(self, seen):
        """Returns the line to print, or None."""
        names = seen.scope = seen.scope or {
            **NAMES, **vars(seen), "case": seen, "before": seen.before,
            "fires": lambda name: any(rule.says(seen) for rule in RULES.values()
                                      if rule.name == name)}
        said = any(map(seen.saw.get, self.facts)) or self.replies.match(
            seen.due + b" => " + seen.came) or eval(self.when, names)
        said = said(seen) if callable(said) else said
        if not said:
            return None
        return "%s %s." % (self.name, said if isinstance(said, str) else
                           self.text.format_map({**names, **seen.saw}))


INI = manifest.read_ini(os.path.join(os.path.dirname(__file__), "rules.ini"))
RULES = {section: Rule(section, INI[section]) for section in INI.sections()}


def looks_like(failure, checkpoint, alive, server=None, limits=None):
    """Returns at most two lines, "R07 what it looks like.". If a server is given, it is
    asked again where that helps."""
    seen, found = case.Case(failure, checkpoint, alive), {}
    if server is not None:
        seen.add(probe.examine(server, limits, seen))
    for rule in RULES.values():
        if rule.name in found or rule.last and found or (
                seen.saw.link and rule.name[0] in OF_REPLIES):
            continue
        line = rule.says(seen)
        if line and rule.alone:
            return [line]
        if line:
            found[rule.name] = line
    return list(found.values())[:MOST]
