#!/usr/bin/env python3
"""This project's own server of a stage, with a mistake put in between: what reaches it, or
what it says, is changed on the way. For mistakes of commands that no server here has.

    between.py STAGE PORT [MISTAKE]
"""

import contextlib
import os
import re
import shlex
import socket
import subprocess
import sys
import threading
import time

sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness import kernel, manifest, wire  # noqa: E402

STAGE, PORT, MISTAKE = sys.argv[1], int(sys.argv[2]), "".join(sys.argv[3:4])
BEYOND = ("-", b"ERR index out of range")


def pairs(reply):
    """Returns the reply with an array for each two of its elements."""
    return ("*", [("*", reply[1][at:at + 2]) for at in range(0, len(reply[1]), 2)])


def plainly(words, ask):
    return ask(*words)


def without_missing(words, ask):
    there = [key for key in words[1:] if ask(b"EXISTS", key)[1]]
    return ask(words[0], *there) if there else ("*", [])


def counted(words, ask):
    return ask(*[word.lstrip(b"-") for word in words])


def beyond_is_appended(words, ask):
    reply = ask(*words)
    if reply != BEYOND:
        return reply
    ask(b"RPUSH", words[1], words[3])
    return ("+", b"OK")


def in_nanoseconds(words, ask):
    return ask(*[b"1" if before.upper() in (b"PX", b"EX") and word.isdigit() and int(word)
                 else word for before, word in zip([b"", *words], words)])


def since_boot(words, ask):
    shift = int(time.time() - time.monotonic())
    return ask(*[b"%d" % (int(word) + shift) if before.upper() == b"EXAT" and word.isdigit()
                 else word for before, word in zip([b"", *words], words)])


# Which commands, and what is answered instead: words are those of the request, and
# ask(*words) is what the server says.
MISTAKES = {
    "pairs-of-fields": ("HGETALL", lambda words, ask: pairs(ask(*words))),
    "missing-is-all": ("SINTER", without_missing),
    "next-is-first": ("SDIFF", without_missing),
    "pops-nothing": ("SPOP", lambda words, ask: ask(b"SRANDMEMBER", *words[1:])),
    "no-repeats": ("SRANDMEMBER", counted),
    "bounds-included": ("ZRANGEBYSCORE|ZCOUNT", lambda words, ask: ask(
        *[word.lstrip(b"(") for word in words])),
    "sets-beyond": ("LSET", beyond_is_appended),
    "nanoseconds": ("SET", in_nanoseconds),
    "since-boot": ("SET", since_boot),
    "flat-user": ("ACL", lambda words, ask: ("*", [
        leaf for item in ask(*words)[1] for leaf in (item[1] if item[0] == "*" else [item])])
        if words[1].upper() == b"GETUSER" else ask(*words)),
}
names, change = MISTAKES.get(MISTAKE, ("", plainly))


def serve(client, server):
    """Answers one client, one request after the other."""
    buf = b""
    while data := client.recv(65536):
        buf += data
        with contextlib.suppress(wire.Incomplete):
            while buf:
                reply, at = wire.parse(buf)
                words, buf = [word or b"" for word in wire.plain(reply)], buf[at:]
                found = re.fullmatch(names, words[0].decode("latin-1"), re.I)
                answer = change if found else plainly
                client.sendall(wire.encode(answer(words, server.ask)))


def guarded(client, address):
    with client, contextlib.suppress(OSError), wire.Client(address, 30) as server:
        serve(client, server)


def main():
    port = kernel.free_port()
    subprocess.Popen(shlex.split(manifest.own_server(STAGE).format(port=port)))
    with socket.create_server(("127.0.0.1", PORT)) as listener:
        while True:
            client = listener.accept()[0]
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=guarded, args=(client, ("127.0.0.1", port)),
                             daemon=True).start()


if __name__ == "__main__":
    main()
