"""access.py WHAT PORT [ARGUMENT...]: what a client may that nobody knows, or that is
one too many. Each WHAT is a function below; it prints what the server made of
it, and access.bats says what is due. Python 3's standard library is enough."""

import socket
import sys
import time

HOST = "127.0.0.1"


def connect(port, host=HOST):
    conn = socket.create_connection((host, port), 5)
    conn.settimeout(5)
    return conn


def said(conn):
    """All that comes until the server closes the connection."""
    got = b""
    try:
        while True:
            data = conn.recv(65536)
            if not data:
                return got
            got += data
    except ConnectionError:
        return got


def say(port, *lines, host=HOST):
    """Sends all lines in one piece, then no more, and returns all that is said."""
    conn = connect(port, host)
    try:
        conn.sendall(b"".join(line.encode() + b"\r\n" for line in lines))
        conn.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # it has closed already, with a word or without
    return said(conn).decode()


def talk(port, *lines):
    """The lines, and what is said to them."""
    print(say(port, *lines), end="")


def talk_to(port, host, *lines):
    """The same at another address of this machine, from that address."""
    print(say(port, *lines, host=host), end="")


def resident_kb(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))


def flood(port, pid, clients, bytes_each):
    """So many clients send PINGs, so many bytes each or as far as they are taken, and read
    nothing. Prints how many of them the server has closed, and by how many MB it has
    grown then."""
    data = b"PING\r\n" * 1000
    before, closed, conns = resident_kb(pid), 0, []
    for _ in range(int(clients)):
        conn = connect(port)
        conn.settimeout(0.3)
        conns.append(conn)
        left = int(bytes_each)
        try:
            while left > 0:
                left -= conn.send(data)
        except TimeoutError:
            pass
        except ConnectionError:
            closed += 1
    print(closed, (resident_kb(pid) - before) >> 10)


def dribble(port, password):
    """Who reads is not closed, however often he has not authenticated; and gets in in the
    end, and then may ask for what he likes."""
    conn = connect(port)
    file = conn.makefile("rb")
    for _ in range(50):
        conn.sendall(b"PING\r\n" * 100)
        for _ in range(100):
            assert file.readline() == b"-NOAUTH Authentication required.\r\n"
    conn.sendall(f"HELLO 2 AUTH default {password}\r\n".encode() + b"PING\r\n" * 100000)
    for line in file:
        if line == b"+PONG\r\n":
            break
    for _ in range(99999):
        assert file.readline() == b"+PONG\r\n"
    print("in")


def crowd(port, count):
    """So many connect and stay. The first of them saves and writes."""
    first = connect(port)
    conns = [connect(port) for _ in range(int(count) - 1)]
    time.sleep(0.1)
    refused = set()
    for conn in conns:
        conn.settimeout(0.001)
        try:
            refused.add(said(conn).decode())
        except TimeoutError:
            pass
    print("refused:", *refused, end="")
    file = first.makefile("rb")
    for line in (b"SET a 1", b"BGSAVE"):
        first.sendall(line + b"\r\n")
        print(file.readline().decode(), end="")
    until = time.monotonic() + 10
    while time.monotonic() < until:
        first.sendall(b"INFO persistence\r\n")
        info = file.read(int(file.readline()[1:]) + 2)
        if b"rdb_bgsave_in_progress:0" in info:
            break
        time.sleep(0.02)
    print("saved:", b"rdb_last_bgsave_status:ok" in info)
    first.sendall(b"SET a 2\r\n")
    print(file.readline().decode(), end="")


if __name__ == "__main__":
    globals()[sys.argv[1]](int(sys.argv[2]), *sys.argv[3:])
