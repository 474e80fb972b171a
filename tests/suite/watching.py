"""watching.py PORT OTHER: what those who look at a server see of the dialogues of
tables/watching.txt: the lines of MONITOR, the entries of SLOWLOG, the statistics of
commands and of errors. It must be the same on a server at PORT and on a redis-server
at OTHER, but for times and addresses. All differences are printed; then the program
ends with 1.
"""

import re
import sys

from common import connect, dialogue, finish, lines

SET_UP = ("FLUSHALL ; CONFIG SET slowlog-log-slower-than 0 latency-monitor-threshold 5 ; "
          "LATENCY RESET ; SLOWLOG RESET ; CONFIG RESETSTAT")
END = b"the end of what was seen"


def monitored(watcher):
    """Returns the lines of MONITOR, up to that of the last command."""
    seen = []
    while not seen or END not in seen[-1]:
        seen.append(re.sub(rb"^[\d.]+ \[(\d+) [\d.:]+\]", rb"[\1]", watcher.reply()[1]))
    return seen[:-1]


def statistics(client):
    text = client.ask("INFO", "commandstats", "errorstats")[1]
    found = re.findall(rb"(cmdstat_[^:]+:calls=\d+|errorstat_[^:]+:count=\d+)"
                       rb"(?:,usec.*(,rejected.*))?", text)
    return sorted(name + rest for name, rest in found if b"|get" not in name)


def slow(client):
    """Returns the arguments and the name of each entry, the oldest first."""
    return [(entry[1][3], entry[1][5]) for entry in client.ask("SLOWLOG", "GET", "-1")[1][::-1]]


def seen_by(port, line):
    watcher, client = connect(port), connect(port)
    for words in dialogue(SET_UP):
        client.ask(*words)
    watcher.ask("MONITOR")
    for words in dialogue(line):
        client.ask(*words)
    client.ask("ECHO", END)
    seen = {"monitor": monitored(watcher), "statistics": statistics(client),
            "slow log": slow(client)[:-1],
            "latency": [event[1][0] for event in client.ask("LATENCY", "LATEST")[1]]}
    client.ask("CONFIG", "SET", "slowlog-log-slower-than", "10000")
    return seen


def differences(port, other):
    for line in lines("watching"):
        ours, due = seen_by(port, line), seen_by(other, line)
        for what, value in due.items():
            if ours[what] != value:
                yield "%s of: %s\n  got %s\n  due %s" % (what, line, ours[what], value)


if __name__ == "__main__":
    finish(differences(*sys.argv[1:]))
