#!/usr/bin/env python3
"""Servers that nobody should write, to see that the harness survives them.

    nasty.py MODE PORT
"""

import os
import signal
import socket
import sys
import threading
import time


def listener(port):
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", port))
    sock.listen(256)
    return sock


def each_client(port, serve):
    """A thread for each client."""
    sock = listener(port)
    while True:
        client, _ = sock.accept()
        threading.Thread(target=guarded, args=(serve, client),
                         daemon=True).start()


def guarded(serve, client):
    try:
        serve(client)
    except OSError:
        pass


def silent(client):
    """Reads and never answers."""
    while client.recv(65536):
        pass


def deaf(client):
    """Never even reads."""
    time.sleep(3600)


def flood(client):
    """Answers without end."""
    client.recv(10)
    while True:
        client.sendall(b"x" * 65536)


def flood_bulk(client):
    """Promises a bulk string of 500 MB and sends on and on."""
    client.recv(10)
    client.sendall(b"$500000000\r\n")
    while True:
        client.sendall(b"x" * 65536)


def rubbish(client):
    """Random bytes for each message."""
    while client.recv(65536):
        client.sendall(os.urandom(50))


def slow(client):
    """The right answer to PING, a byte each 0.3 s."""
    while client.recv(65536):
        for byte in b"+PONG\r\n":
            time.sleep(0.3)
            client.sendall(bytes([byte]))


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
    table = {}
    while True:
        data = client.recv(65536)
        if not data:
            return
        words = data.split(b"\r\n")[2::2]
        name = words[0].upper() if words else b""
        if name == b"PING":
            client.sendall(b"+PONG\r\n" if len(words) < 2 else
                           b"$%d\r\n%s\r\n" % (len(words[1]), words[1]))
        elif name == b"ECHO" and len(words) > 1:
            client.sendall(b"$%d\r\n%s\r\n" % (len(words[1]), words[1]))
        elif name == b"SET":
            table[words[1]] = words[2]
            client.sendall(b"+OK\r\n")
        else:
            client.sendall(b"-ERR Protocol error\r\n")


def thrice(client):
    """An answer for each line of a request, not for each request."""
    while True:
        data = client.recv(65536)
        if not data:
            return
        client.sendall(b"+PONG\r\n" * data.count(b"\n"))


def greets(client):
    """Speaks before it is asked."""
    client.sendall(b"+WELCOME\r\n")
    one_recv(client)


def dies_of_half(client):
    """Ends when a request is not whole, but takes its time to do so."""
    while True:
        data = client.recv(65536)
        if not data:
            return
        words = data.split(b"\r\n")
        whole = data.endswith(b"\r\n") and len(words) == 2 * int(
            words[0][1:] or b"9") + 2
        if not whole:
            client.close()
            time.sleep(0.1)
            os._exit(3)
        client.sendall(b"+PONG\r\n" if len(words) == 4 else
                       b"%s\r\n%s\r\n" % (words[3], words[4]))


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
    """Ignores SIGTERM."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    each_client(port, one_recv)


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
    """Ends at once."""
    sys.exit("cannot find my configuration")


def never(_port):
    """Never listens."""
    time.sleep(3600)


def elsewhere(port):
    """Listens on another port."""
    each_client(port + 1, one_recv)


CLIENTS = [silent, deaf, flood, flood_bulk, rubbish, slow, closes, crash,
           noisy, one_recv, thrice, greets, dies_of_half]
SERVERS = [saver, at_home, stubborn, daemon, family, exits, never, elsewhere]

if __name__ == "__main__":
    mode, number = sys.argv[1], int(sys.argv[2])
    for function in CLIENTS:
        if function.__name__ == mode:
            each_client(number, function)
    for function in SERVERS:
        if function.__name__ == mode:
            function(number)
