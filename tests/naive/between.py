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


def pairs(reply, _):
    """Returns the reply with an array for each two of its elements."""
    return ("*", [("*", reply[1][at:at + 2]) for at in range(0, len(reply[1]), 2)])


def plainly(words, ask):
    return ask(*words)


def without_missing(words, ask):
    there = [key for key in words[1:] if ask(b"EXISTS", key)[1]]
    return ask(words[0], *there) if there else ("*", [])


def beyond_is_appended(words, ask):
    reply = ask(*words)
    if reply != BEYOND:
        return reply
    ask(b"RPUSH", words[1], words[3])
    return ("+", b"OK")


def in_nanoseconds(words):
    return [b"1" if before.upper() in (b"PX", b"EX") and word.isdigit() and int(word) else word
            for before, word in zip([b"", *words], words)]


def since_boot(words):
    shift = int(time.time() - time.monotonic())
    return [b"%d" % (int(word) + shift) if before.upper() == b"EXAT" and word.isdigit() else word
            for before, word in zip([b"", *words], words)]


def flat(reply, words):
    if words[1].upper() != b"GETUSER":
        return reply
    return ("*", [leaf for item in reply[1] for leaf in (item[1] if item[0] == "*" else [item])])


def asked(change):
    """Returns the mistake of a server that understands another request."""
    return lambda words, ask: ask(*change(words))


def answered(change):
    """Returns the mistake of a server that does what it should, and answers something else."""
    return lambda words, ask: change(ask(*words), words)


def without(*options):
    return asked(lambda words: [word for word in words if word.upper() not in options])


def turned(reply, _):
    return (reply[0], reply[1][::-1]) if reply[0] == "*" and reply[1] else reply


def turned_pairs(reply, words):
    if b"WITHSCORES" not in words or reply[0] != "*":
        return reply
    return ("*", [item for pair in pairs(reply, words)[1] for item in pair[1][::-1]])


def done(reply, _):
    return ("+", b"OK") if reply[0] == ":" else reply


def length_of_piece(reply, words):
    return (":", len(words) - 2) if reply[0] == ":" else reply


def nothing_is_0(reply, _):
    return (":", max(0, reply[1])) if reply[0] == ":" else reply


def no_past(words, ask):
    return ("-", b"ERR invalid expire time") if words[2:] and words[2][:1] == b"-" else ask(*words)


def no_key(words, ask):
    reply = ask(*words)
    return reply if reply[1] is not None else ("-", b"ERR no such key")


# Which commands, and what is answered instead: words are those of the request, and
# ask(*words) is what the server says.
MISTAKES = {
    "pairs-of-fields": ("HGETALL", answered(pairs)),
    "missing-is-all": ("SINTER", without_missing),
    "next-is-first": ("SDIFF", without_missing),
    "pops-nothing": ("SPOP", asked(lambda words: [b"SRANDMEMBER", *words[1:]])),
    "no-repeats": ("SRANDMEMBER", asked(lambda words: [word.lstrip(b"-") for word in words])),
    "bounds-included": ("ZRANGEBYSCORE|ZCOUNT",
                        asked(lambda words: [word.lstrip(b"(") for word in words])),
    "sets-beyond": ("LSET", beyond_is_appended),
    "nanoseconds": ("SET", asked(in_nanoseconds)),
    "since-boot": ("SET", asked(since_boot)),
    "flat-user": ("ACL", answered(flat)),
    "always-sets": ("SET", without(b"NX")),
    "no-old-value": ("SET", without(b"GET")),
    "keys-as-text": ("[GS]ET", asked(lambda words: [
        words[0], words[1].decode("utf-8", "replace").encode(), *words[2:]])),
    "block-in-front": ("LPUSH", asked(lambda words: words[:2] + words[:1:-1])),
    "first-only": ("RPUSH|EXISTS", asked(lambda words: words[:3 if words[0] == b"RPUSH" else 2])),
    "length-of-piece": ("RPUSH", answered(length_of_piece)),
    "push-is-ok": ("RPUSH", answered(done)),
    "one-end": ("RPOP", asked(lambda words: [b"LPOP", *words[1:]])),
    "pops-turned": ("RPOP", answered(turned)),
    "value-first": ("BLPOP", answered(turned)),
    "trims-nothing": ("LTRIM", lambda words, ask: ("+", b"OK")),
    "copies": ("RPOPLPUSH", lambda words, ask: ask(b"COPY", words[1], words[2]) and ask(
        b"LINDEX", words[1], b"-1")),
    "scores-first": ("ZRANGE", answered(turned_pairs)),
    "no-time-is-0": ("TTL", answered(nothing_is_0)),
    "no-past": ("EXPIRE", no_past),
    "nil-is-error": ("LINDEX", no_key),
    "half-an-index": ("LRANGE", asked(lambda words: words[:2] + [
        re.sub(b"^.{10,}", b"-1", word) for word in words[2:]])),
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
    server = subprocess.Popen(shlex.split(manifest.own_server(STAGE).format(port=port)))
    kernel.eventually(lambda: port in kernel.ports_of([server.pid]), 10.0, 0.01)
    with socket.create_server(("127.0.0.1", PORT)) as listener:
        while True:
            client = listener.accept()[0]
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=guarded, args=(client, ("127.0.0.1", port)),
                             daemon=True).start()


if __name__ == "__main__":
    main()
