"""exchange.py SERVER FOLDER [aof [checksums]]: files that one server writes and the other
starts from, SERVER (ours) and redis-server, both ways.

One of them gets the values of tables/types.txt, every type in small and in large, in
several databases. It saves, or with aof is killed; then both servers start from a
copy of its files, and must hold what the first did: values, encodings aside, and times.
All differences are printed; then the program ends with 1.
"""

import os
import re
import shutil
import sys

from common import HERE, Server, connect, finish
from harness import session
from harness.held import held, whole_stream

DEBUG = ["--enable-debug-command", "yes"]
DATABASES = 16


def fill(client):
    for words in session.read_commands(os.path.join(HERE, "tables", "types.txt")):
        kind, said = client.ask(*words)
        assert kind != "-", f"{words}: {said}"


def state(client):
    """Returns {(database, key): its value}."""
    found = {}
    for number in range(DATABASES):
        client.ask("SELECT", number)
        found.update({(number, key): value for key, value
                      in held(client, stream=whole_stream).items()})
    return found


def apart(due, mine):
    """Returns the keys whose values two servers do not agree about."""
    for key in due.keys() | mine.keys():
        if mine.get(key) != due.get(key):
            yield f"{key} is {mine.get(key)}, not {due.get(key)}"


def check_lengths(client):
    """DEBUG OBJECT shows the length of a value in a file: DUMP puts one byte in front of it, and
    ten behind it."""
    client.ask("SELECT", 0)
    for key in held(client):
        told = re.search(rb"serializedlength:(\d+)", client.ask("DEBUG", "OBJECT", key)[1])
        assert int(told[1]) == len(client.ask("DUMP", key)[1]) - 11, f"{key}: {told}"


def check_debug(client):
    """DEBUG lets RESTORE take a value whose checksum is wrong, and DEBUG OBJECT tells of a key
    whose time has come as long as it is there."""
    value = client.ask("DUMP", "checked")[1][:-8] + bytes(8)
    for skips, kind in ((0, "-"), (1, "+"), (0, "-")):
        client.ask("DEBUG", "SET-SKIP-CHECKSUM-VALIDATION", skips)
        assert client.ask("RESTORE", "checked", 0, value, "REPLACE")[0] == kind, skips
    client.ask("DEBUG", "SET-ACTIVE-EXPIRE", 0)
    client.ask("PEXPIRE", "checked", 1)
    client.ask("DEBUG", "SLEEP", "0.01")
    assert client.ask("DEBUG", "OBJECT", "checked")[0] == "+"
    assert client.ask("EXISTS", "checked") == (":", 0)
    assert client.ask("DEBUG", "OBJECT", "checked")[0] == "-"


def start(command, words, folder):
    """Returns (a server that has loaded the files of the folder, a client of it)."""
    server = Server(command, words=words, folder=folder, loaded=True).start()
    return server, connect(server.port)


def differences(maker, starters, folder, log):
    words = [*DEBUG, "--save", ""]
    if log:
        words += ["--appendonly", "yes", "--appendfsync", "always"]
    os.makedirs(folder)
    server, client = start(maker, words, folder)
    fill(client)
    due = state(client)
    check_lengths(client)
    client.ask("SET", "checked", "value")
    check_debug(client)
    assert log or client.ask("SAVE") == ("+", b"OK")
    server.kill()       # nothing more is to be saved
    server.stop()
    for number, starter in enumerate(starters):
        copy = f"{folder}-{number}"
        shutil.copytree(folder, copy)
        server, client = start(starter, words, copy)
        mine = state(client)
        server.stop(0)
        for text in apart(due, mine):
            yield f"{maker} to {starter}: {text}"


def main():
    ours, folder, log = sys.argv[1] + " --port {port}", sys.argv[2], "aof" in sys.argv[3:]
    if "checksums" in sys.argv[3:]:
        ours += " --aof-checksums yes"
    both = (ours, "redis-server --port {port}")
    finish(line for number, maker in enumerate(both)
           for line in differences(maker, both, os.path.join(folder, str(number)), log))


if __name__ == "__main__":
    main()
