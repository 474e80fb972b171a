#!/usr/bin/env python3
r"""The start of stages 03 and 04 in Python, with a thread for each client.

Knows PING, ECHO, SET, GET, DEL, UNLINK, EXISTS and TOUCH, in arrays only:

    tests/check --stage 04 --server 'python3 tests/samples/threads.py {port}' \
        --only 02.5 --only 03.3 --only 03.4 --only 04.1 --only 04.3
"""

import signal
import socket
import sys
import threading

table = {}
lock = threading.Lock()


def bulk(value):
    """A bulk string; the null one for None."""
    if value is None:
        return b"$-1\r\n"
    return b"$%d\r\n%s\r\n" % (len(value), value)


def arity(name):
    return b"-ERR wrong number of arguments for '%s' command\r\n" % name


def run(words):
    """One command; its reply."""
    name, args = words[0].lower(), words[1:]
    if name == b"ping":
        return bulk(args[0]) if args else b"+PONG\r\n"
    if name not in ARGUMENTS:
        return b"-ERR unknown command '%s'\r\n" % words[0]
    low, high = ARGUMENTS[name]
    if not low <= len(args) <= high:
        return arity(name)
    with lock:
        return COMMANDS[name](args)


def set_command(args):
    table[args[0]] = args[1]
    return b"+OK\r\n"


def del_command(args):
    found = sum(table.pop(key, None) is not None for key in args)
    return b":%d\r\n" % found


def exists_command(args):
    return b":%d\r\n" % sum(key in table for key in args)


COMMANDS = {
    b"echo": lambda args: bulk(args[0]),
    b"set": set_command,
    b"get": lambda args: bulk(table.get(args[0])),
    b"del": del_command,
    b"unlink": del_command,
    b"exists": exists_command,
    b"touch": exists_command,
}
ARGUMENTS = {b"echo": (1, 1), b"set": (2, 2), b"get": (1, 1),
             b"del": (1, 1 << 20), b"unlink": (1, 1 << 20),
             b"exists": (1, 1 << 20), b"touch": (1, 1 << 20)}


def request(file):
    """The words of one request; None at the end. A file waits for more
    bytes by itself: that is what makes a thread for each client simple."""
    head = file.readline()
    if not head:
        return None
    words = []
    for _ in range(int(head[1:])):
        size = int(file.readline()[1:])
        words.append(file.read(size))
        file.read(2)
    return words


def serve(client):
    """Answer one client until it leaves."""
    with client, client.makefile("rb") as file:
        try:
            while True:
                words = request(file)
                if words is None:
                    return
                if words:
                    client.sendall(run(words))
        except (OSError, ValueError):
            return


def main():
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", int(sys.argv[1])))
        listener.listen(512)
        while True:
            client, _ = listener.accept()
            threading.Thread(target=serve, args=(client,),
                             daemon=True).start()


main()
