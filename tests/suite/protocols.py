"""protocols.py PORT OTHER: the dialogues of tables/protocols.txt, in version 2 and in
version 3 of the protocol, on a server at PORT and on a redis-server at OTHER, which
must answer with the same bytes. All differences are printed; then the program ends
with 1.
"""

import re
import sys

from common import connect, dialogue, finish, lines
from harness import wire

MARK = b"the end of what was answered"


def answers(port, version, line):
    """Returns the bytes of the answers to a dialogue. ECHO shows where they end."""
    client = connect(port)
    for words in dialogue("FLUSHALL ; HELLO %s ; %s" % (version, line)):
        client.send(*words)
    client.send("ECHO", MARK)
    while not client.buf.endswith(wire.bulk(MARK)):
        client.more()
    client.close()
    return bytes(client.buf[hello_end(client.buf):])


def hello_end(data):
    """Returns the end of the replies to FLUSHALL and HELLO, which name the server; they end with no
    modules, or with a version in fields of our own."""
    return re.search(rb"modules\r\n\*0\r\n(\$14\r\nimplementation\r\n(.*\r\n){6})?", data).end()


def differences(port, other):
    for line in lines("protocols"):
        for version in "23":
            ours, due = (answers(server, version, line) for server in (port, other))
            if ours != due:
                yield "version %s: %s\n  got %s\n  due %s" % (
                    version, line, wire.show(ours), wire.show(due))


if __name__ == "__main__":
    finish(differences(*sys.argv[1:]))
