#!/usr/bin/env python3
"""Servers that nobody should write, to see that the harness survives them.

    nasty.py MODE PORT [whatever the harness appends]

MODE is a name below, or constant:WHAT for the same answer to every request
(constant:polite-WHAT answers PING and ECHO as is due, and so gets past the
first question of a judge), counter:FILE or late_waiter:WHO.
"""

import collections
import contextlib
import os
import signal
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__)))))

from harness import wire  # noqa: E402

ANSWERS = {
    "ok": b"+OK\r\n",
    "pong": b"+PONG\r\n",
    "error": b"-ERR no\r\n",
    "nil": b"$-1\r\n",
    "nil-array": b"*-1\r\n",
    "one": b":1\r\n",
    "zero": b":0\r\n",
    "empty-array": b"*0\r\n",
    "empty-bulk": b"$0\r\n\r\n",
    "nothing": b"",
    "garbage": b"\0\xff*\r\n$3\n",
    "close": None,
}


COUNTS = collections.Counter()
CLIENTS_SEEN, WAITING = [], {}


def each_client(port, serve):
    """A thread for each client."""
    sock = socket.create_server(("127.0.0.1", port), backlog=256)
    while True:
        client, _ = sock.accept()
        threading.Thread(target=guarded, args=(serve, client),
                         daemon=True).start()


def guarded(serve, client):
    try:
        with client:
            serve(client)
    except OSError:
        pass


def silent(client):
    """Reads and never answers."""
    while client.recv(65536):
        pass


def deaf(client):
    time.sleep(3600)


def flood(client, head=b""):
    """Answers without end."""
    client.recv(10)
    client.sendall(head)
    while True:
        client.sendall(b"x" * 65536)


def flood_bulk(client):
    """Promises a bulk string of 500 MB and sends on and on."""
    flood(client, b"$500000000\r\n")


def rubbish(client):
    while client.recv(65536):
        client.sendall(os.urandom(50))


def closes(client):
    """Closes at the first byte."""
    client.recv(1)
    client.close()


def crash(client):
    """Kills itself at the first message; to connect and leave is none."""
    if not client.recv(65536):
        return
    sys.stderr.write("about to fall over\n")
    sys.stderr.flush()
    os.kill(os.getpid(), signal.SIGSEGV)


def noisy(client):
    """Prints without end while it answers nothing."""
    client.recv(65536)
    while True:
        os.write(2, b"noise " * 2000 + b"\n")


def one_recv(client):
    """The beginner's: one recv is one command."""
    while data := client.recv(65536):
        words = data.split(b"\r\n")[2::2]
        client.sendall(due(words) or b"-ERR Protocol error\r\n")


def thrice(client):
    """An answer for each line of a request, not for each request."""
    while data := client.recv(65536):
        client.sendall(b"+PONG\r\n" * data.count(b"\n"))


def simple_echo(client):
    """Gives a word back as a simple string, unless a line end is in it."""
    while data := client.recv(65536):
        words = [word for _, word in wire.parse(data)[0][1]]
        reply = due(words) or b"-ERR unknown command\r\n"
        plain = reply.startswith(b"$") and b"\n" not in words[1]
        client.sendall(b"+%s\r\n" % words[1] if plain else reply)


def greets(client):
    """Speaks before it is asked."""
    client.sendall(b"+WELCOME\r\n")
    one_recv(client)


def dies_of_leaving(client):
    """An echo that ends when more clients than a few have left."""
    while data := client.recv(65536):
        client.sendall(data)
    COUNTS["left"] += 1
    if COUNTS["left"] > 5:
        os._exit(4)


def dies_of_rest(client):
    """An echo that ends when nobody has said anything for a while."""
    COUNTS["came"] += 1
    if COUNTS["came"] == 21:
        threading.Timer(0.35, os._exit, [5]).start()
    while data := client.recv(65536):
        client.sendall(data)


def dies_of_half(client):
    """Ends when a request is not whole, but takes its time to do so."""
    while data := client.recv(65536):
        words = data.split(b"\r\n")
        whole = data.endswith(b"\r\n") and len(words) == 2 * int(
            words[0][1:] or b"9") + 2
        if not whole:
            client.close()
            time.sleep(0.1)
            os._exit(3)
        client.sendall(b"+PONG\r\n" if len(words) == 4 else
                       b"%s\r\n%s\r\n" % (words[3], words[4]))


def echoes(client, change=bytes):
    """What comes in goes out."""
    while data := client.recv(65536):
        client.sendall(change(data))


def swallows(client):
    """Echoes, but no NULs."""
    echoes(client, lambda data: data.replace(b"\0", b""))


def fatal(data):
    """0xff is the end of those that look at it."""
    if b"\xff" in data:
        os.abort()
    return data


def echoes_and_dies(client):
    """Echoes up to the first 0xff."""
    echoes(client, fatal)


def pongs_and_dies(client):
    """Answers each PING, up to the first 0xff."""
    echoes(client, lambda data: b"+PONG\r\n" * fatal(data).count(b"PING"))


def due(words):
    """The right answer to PING and ECHO; None to all else."""
    name = words[0].upper() if words else b""
    if name == b"PING" and len(words) == 1:
        return b"+PONG\r\n"
    if name == b"ECHO" and len(words) == 2:
        return wire.bulk(words[1])
    return None


def constant(client, what):
    """Reads requests as a server should, so that each gets one answer, also
    when many come at once. What is no RESP gets one for each read."""
    polite, answer = what.startswith("polite-"), ANSWERS[what.replace("polite-", "")]
    for words in each_request(client):
        data = polite and due(words) or answer
        if data is None:
            return
        client.sendall(data)


def each_request(client):
    """The words of each request, however it was cut; none of a read that is no RESP."""
    data = bytearray()
    while came := client.recv(1 << 16):
        data += came
        with contextlib.suppress(wire.Incomplete):
            while data:
                try:
                    (_, words), end = wire.parse(data)
                    words = [word for _, word in words]
                except (wire.Malformed, TypeError):
                    words, end = [], len(data)
                del data[:end]
                yield words


def counter(client, mark):
    """Counts the INCRs of each key. The tenth client gets no answer at all, as if the
    machine had been busy, but in the first life of the server only: the mark stays."""
    CLIENTS_SEEN.append(client)
    if len(CLIENTS_SEEN) == 10 and not os.path.exists(mark):
        open(mark, "w").close()
        silent(client)
    for words in each_request(client):
        if words[0] == b"INCR":
            COUNTS[words[1]] += 1
        client.sendall(due(words) or b":%d\r\n" % COUNTS[words[1]])


def late_waiter(client, who):
    """The first that waits for a key gets its turn late; then the oldest one is served, or
    the newest, whichever has had its turn."""
    for words in each_request(client):
        if words[0] == b"BLPOP":
            is_first = words[1] not in WAITING
            waiting = WAITING.setdefault(words[1], [])
            number = time.monotonic()
            time.sleep(0.2 * is_first)
            waiting.append((number, client))
        elif words[0] == b"RPUSH":
            first = (max if who == "newest" else min)(
                WAITING[words[1]], key=lambda one: one[0])
            WAITING[words[1]].remove(first)
            first[1].sendall(wire.request(words[1], words[2]))
            client.sendall(b":1\r\n")
        else:
            client.sendall(due(words))


def saver(port):
    """Saves where it stands when it ends, and cannot read that again."""
    def save(_number, _frame):
        with open("dump.rdb", "w") as file:
            file.write("REDIS")
        os._exit(0)
    if os.path.exists("dump.rdb"):
        sys.exit("dump.rdb: not mine")
    signal.signal(signal.SIGTERM, save)
    each_client(port, one_recv)


def at_home(port):
    """The same, and it starts in one folder only."""
    if not os.path.exists("app.toml"):
        sys.exit("no app.toml here")
    saver(port)


def stubborn(port):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    each_client(port, one_recv)


def ends_badly(port):
    """Echoes, and ends with a status when it is told to end."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: os._exit(1))
    each_client(port, echoes)


def daemon(port):
    """Leaves the server behind in a session of its own, and returns."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            each_client(port, one_recv)
        os._exit(0)
    time.sleep(0.2)


def family(port):
    """Starts children that do not matter to it."""
    for _ in range(3):
        if os.fork() == 0:
            os.setsid()
            time.sleep(3600)
    each_client(port, one_recv)


def exits(_port):
    sys.exit("cannot find my configuration")


def never(_port):
    time.sleep(3600)


def elsewhere(port):
    """Listens on another port."""
    each_client(port + 1, one_recv)


CLIENTS = [silent, deaf, flood, flood_bulk, rubbish, closes, crash, noisy,
           one_recv, thrice, simple_echo, greets, dies_of_half, dies_of_leaving, dies_of_rest,
           echoes, swallows, echoes_and_dies, pongs_and_dies,
           constant, counter, late_waiter]
SERVERS = [saver, at_home, stubborn, ends_badly, daemon, family, exits, never, elsewhere]


def main(mode, port):
    mode, *what = mode.split(":", 1)
    for function in CLIENTS + SERVERS:
        if function.__name__ == mode and function in CLIENTS:
            each_client(port, lambda client, serve=function: serve(client, *what))
        elif function.__name__ == mode:
            function(port)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
