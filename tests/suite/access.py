"""access.py WHAT PORT [ARGUMENT...]: the rights of clients that are not authenticated, or one too
many.

Each WHAT is a function below, which prints what the server made of it; access.bats has the expected
output. Python 3's standard library is enough.

"""

import os
import signal
import socket
import sys
import time

from common import connect, eventually, resident, until_closed


def talk(port, *lines, host="127.0.0.1"):
    """Sends all lines in one piece, then no more, and prints everything that comes."""
    client = connect(port, host)
    try:
        client.write(b"".join(line.encode() + b"\r\n" for line in lines))
        client.sock.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # it has closed already, with or without an answer
    print(until_closed(client).decode(), end="")


def talk_to(port, host, *lines):
    """Does the same at another address of this machine, from that address."""
    talk(port, *lines, host=host)


def vanish(port, pid):
    """One client is gone before the server looks at it; then another one is answered."""
    os.kill(int(pid), signal.SIGSTOP)
    with connect(port) as client:
        client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    os.kill(int(pid), signal.SIGCONT)
    print(connect(port).ask("PING")[1].decode())


def flood(port, pid, clients, bytes_each):
    """This many clients send PINGs, this many bytes each or as far as they are accepted, and read
    nothing. Prints how many of them the server has closed, and by how many MB it has grown then."""
    data = b"PING\r\n" * 1000
    before, closed, conns = resident(int(pid)), 0, []
    for _ in range(int(clients)):
        conns.append(connect(port, timeout=0.3))
        left = int(bytes_each)
        try:
            while left > 0:
                left -= conns[-1].sock.send(data)
        except TimeoutError:
            pass
        except ConnectionError:
            closed += 1
    print(closed, (resident(int(pid)) - before) >> 20)


def dribble(port, password):
    """A client that reads is not closed, however often it asks without being authenticated; in the
    end it is let in, and then may ask for anything."""
    client = connect(port)
    for _ in range(50):
        for reply in client.ask_all([["PING"]] * 100):
            assert reply == ("-", b"NOAUTH Authentication required.")
    assert client.ask("HELLO", "2", "AUTH", "default", password)[0] == "*"
    client.write(b"PING\r\n" * 100000)
    for _ in range(100000):
        assert client.reply() == ("+", b"PONG")
    print("in")


def crowd(port, count):
    """This many clients connect and stay. The first of them saves and writes."""
    first, *others = [connect(port) for _ in range(int(count))]
    time.sleep(0.1)
    refused = set()
    for client in others:
        client.sock.settimeout(0.001)
        try:
            refused.add(until_closed(client).decode())
        except TimeoutError:
            pass
    print("refused:", *refused, end="")
    print(first.ask("SET", "a", "1"), first.ask("BGSAVE"))
    eventually(lambda: first.info("rdb_bgsave_in_progress") == "0", 10)
    print("saved:", first.info("rdb_last_bgsave_status") == "ok")
    print(first.ask("SET", "a", "2"))


def unread(port, limits, seconds, then=None):
    """One client asks for 30 MB and reads nothing, while these limits hold for ordinary clients; a
    second one asks for as much, and reads. Prints which of them are there after this many seconds,
    or as soon as the first has gone, and whether that was at least a second later. Other limits
    may hold from when both have asked."""
    asker, silent, reader = (connect(port) for _ in range(3))
    asker.ask("SET", "big", "x" * 1000000)
    assert asker.ask("CONFIG", "SET", "client-output-buffer-limit", limits) == ("+", b"OK")
    names = {b"silent": silent, b"reader": reader}
    for name, client in names.items():
        client.ask("CLIENT", "SETNAME", name.decode())
    began = time.monotonic()
    silent.write(b"GET big\r\n" * 30)
    for _ in range(30):
        assert len(reader.ask("GET", "big")[1]) == 1000000
    if then is not None:
        assert asker.ask("CONFIG", "SET", "client-output-buffer-limit", then) == ("+", b"OK")
    there = names
    while b"silent" in there and time.monotonic() < began + float(seconds):
        time.sleep(0.02)
        listed = asker.ask("CLIENT", "LIST")[1]
        there = [name for name in names if b"name=" + name in listed]
    later = "later" if time.monotonic() >= began + 1 else ""
    print(*(name.decode() for name in there), later)
    if b"silent" not in there:
        assert len(until_closed(silent)) < 30000000


def unreached(port):
    """A primary that was never reached is followed, and then nobody. Prints the ids of all clients
    that can be asked for by id, as numbers after that of the one who asks."""
    client = connect(port)
    own = client.ask("CLIENT", "ID")[1]
    client.ask("REPLICAOF", "127.0.0.1", "1")
    client.ask("REPLICAOF", "NO", "ONE")
    ids = [str(own + i) for i in range(20)]
    found = client.ask("CLIENT", "LIST", "ID", *ids)[1].decode().splitlines()
    print(*(int(line.split()[0][len("id="):]) - own for line in found if line))


def raised(port, pid):
    """A client asks for more than its limit of output, which is raised before anything is sent.
    Prints the number of its replies."""
    client, admin = connect(port), connect(port)
    admin.ask("SET", "big", "x" * 300000)
    admin.ask("CONFIG", "SET", "client-output-buffer-limit", "normal 1mb 0 0")
    client.ask("PING")
    os.kill(int(pid), signal.SIGSTOP)
    client.write(b"GET big\r\n" * 30)
    admin.write(b"CONFIG SET client-output-buffer-limit 'normal 0 0 0'\r\n")
    os.kill(int(pid), signal.SIGCONT)
    print(sum(len(client.reply()[1]) == 300000 for _ in range(30)), admin.reply())


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
