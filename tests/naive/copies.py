#!/usr/bin/env python3
"""Stage 10 with a thread for each client: a primary, or the replica of one. The
commands are those of threads.py.

    copies.py STAGE PORT [MISTAKE] [--replicaof "HOST PORT"]
"""

import os
import signal
import socket
import sys
import threading
import time

sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness import rdb_format, rdb_make, wire  # noqa: E402
from threads import (COMMANDS, MISTAKE, answer, guarded, integer, request,  # noqa: E402
                     run, table)

WRITES = (b"set", b"del", b"incr", b"decr", b"incrby", b"decrby", b"expire")
READ_ONLY = b"-READONLY You can't write against a read only replica.\r\n"
FULL = "+FULLRESYNC %s %d\r\n"
IDENT = os.urandom(20).hex()
PORT = int(sys.argv[2])
PRIMARY = (sys.argv[sys.argv.index("--replicaof") + 1].split()
           if "--replicaof" in sys.argv else None)
replicas = {}           # socket: the offset that it has reported
offset = 0
told = threading.Condition()
order = threading.Lock()    # a write is sent to all before the next one runs


# Snapshots, of strings alone.

def written():
    """Returns all keys as a file, without a checksum."""
    file = rdb_make.File(9).select(0)
    for key, (value, _) in table.items() if MISTAKE != "empty-file" else ():
        file.text(key, value)
    return file.end(checksum=False)


def load(data):
    """Takes the keys of a file that holds nothing but strings."""
    table.clear()
    if MISTAKE == "skips-file":
        return
    for key, row in rdb_format.parse(data, fields=False).databases.get(0, {}).items():
        table[key] = (row.value, None)


# The replica.


def follow():
    """Calls the primary, and follows it."""
    global offset
    sock = wire.connected((PRIMARY[0], int(PRIMARY[1])), None)
    file = sock.makefile("rb")
    for words in ((b"PING",), (b"REPLCONF", b"listening-port", b"%d" % PORT),
                  (b"REPLCONF", b"capa", b"psync2")):
        sock.sendall(wire.request(*words))
        file.readline()
    sock.sendall(wire.request(b"PSYNC", b"?", b"-1"))
    offset = int(file.readline().split()[2])
    load(file.read(int(file.readline()[1:])))
    if MISTAKE == "loses-the-rest":
        file = sock.makefile("rb")
    while True:
        words = request(file)
        size = len(wire.request(*words))
        if words[0].upper() == b"REPLCONF":
            if MISTAKE == "counts-the-question":
                offset += size
            sock.sendall(wire.request("REPLCONF", "ACK", offset))
            if MISTAKE in ("counts-the-question", "forgets-the-question"):
                continue
        else:
            reply = run(words)
            if MISTAKE == "answers":
                sock.sendall(reply)
        if MISTAKE != "no-ping" or words[0].upper() != b"PING":
            offset += size


def follow_until_the_end():
    try:
        follow()
    except OSError:
        pass                # the primary has gone


# The primary.


def info():
    lines = ("# Replication\r\nrole:%s\r\nmaster_replid:%s\r\n"
             "master_repl_offset:%d\r\n"
             % ("slave" if PRIMARY else "master", IDENT, offset)).encode()
    if MISTAKE == "info-newlines":
        lines = lines.replace(b"\r\n", b"\n")
    return b"$%d\r\n%s\r\n" % (len(lines), lines)


def begin(client):
    """Begins with a new replica: sends the file as it is now, and everything that comes
    later."""
    with order:
        data = written()
        if MISTAKE == "one-replica":
            replicas.clear()
        replicas[client] = offset   # before a WAIT may count those that are here
        client.sendall((FULL % (IDENT, 0 if MISTAKE == "tells-0" else offset)).encode())
        client.sendall(b"$%d\r\n%s" % (len(data), data) + (
            b"\r\n" if MISTAKE == "ends-the-file" else b""))


def send_all(words):
    global offset
    data = wire.request(*words)
    if MISTAKE == "sends-lines":
        data = b" ".join(words) + b"\r\n"
    for replica in list(replicas):
        try:
            replica.sendall(data)
        except OSError:
            del replicas[replica]
    if MISTAKE != "question-is-free" or words[0] != b"REPLCONF":
        offset += len(data)


def enough(due, count):
    return sum(ack >= due for ack in replicas.values()) >= count


def wait(last_write, count, limit):
    """WAIT: returns how many replicas have this client's last write."""
    if last_write and not enough(last_write, count):
        if MISTAKE != "asks-nobody":
            with order:
                send_all((b"REPLCONF", b"GETACK", b"*"))
        if MISTAKE == "counts-its-question":
            last_write = offset
        if MISTAKE == "sleeps":
            time.sleep(limit / 1000)
        with told:
            told.wait_for(lambda: enough(last_write, count), limit / 1000)
    return integer(len(replicas) if MISTAKE == "counts-all" else sum(
        ack >= last_write for ack in replicas.values()))


def serve(client):
    last_write = 0
    with client.makefile("rb") as file:
        while True:
            words = request(file)
            name = words[0].lower() if words else b""
            if name == b"replconf" and words[1].lower() == b"ack":
                with told:
                    replicas[client] = int(words[2])
                    told.notify_all()
                if MISTAKE == "answers-acks":
                    client.sendall(b"+OK\r\n")
            elif name == b"replconf":
                client.sendall(b"+OK\r\n")
            elif name == b"psync":
                begin(client)
            elif name == b"wait":
                client.sendall(wait(last_write, int(words[1]), int(words[2])))
            elif name == b"info":
                client.sendall(info())
            elif name in WRITES and len(words) > COMMANDS[name][1]:
                last_write = write(client, words) or last_write
            elif words:
                answer(client, run(words))


def write(client, words):
    """Runs a command that changes something. Returns the offset behind it."""
    if PRIMARY and MISTAKE != "writable":
        return client.sendall(READ_ONLY)
    with order:
        reply = run(words)
        if reply[:1] != b"-":
            send_all(words)
        answer(client, reply)
        return offset


def main():
    signal.signal(signal.SIGTERM, lambda _number, _frame: os._exit(0))
    listener = socket.create_server(("127.0.0.1", PORT), backlog=512)
    if PRIMARY:
        threading.Thread(target=follow_until_the_end, daemon=True).start()
    while True:
        client, _ = listener.accept()
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=guarded, args=(serve, client),
                         daemon=True).start()


if __name__ == "__main__":
    main()
