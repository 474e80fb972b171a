"""net.py WHAT COMMAND: tests of a server's connections that no session can express: other
addresses, files, limits, and time.

COMMAND starts the server, with {port}; each WHAT is a function below, which prints nothing if all
is as it should be. Python 3's standard library is enough.

"""

import os
import socket
import stat
import sys
import tempfile

from common import OK, Server, connect, eventually, until_closed, wire

PONG = ("+", b"PONG")
LONG = 20


def started(command, *options, folder=None):
    """Returns a server for a with statement, in a folder of its own."""
    return Server(command, words=["--save", "", *options], folder=folder)


def refused(port, host="127.0.0.1"):
    """Checks that nobody listens there."""
    try:
        connect(port, host).sock.close()
    except ConnectionRefusedError:
        return True
    return False


def wrong(setting, words):
    return ("-", b"ERR CONFIG SET failed (possibly related to argument '%s') - %s"
            % (setting.encode(), words.encode()))


def files(command):
    """A Unix socket replaces an old one, has its permissions, and is removed at the end."""
    with started(command, "--unixsocket", "s", "--unixsocketperm", "700") as server:
        path = os.path.join(server.folder, "s")
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o700
        client, other = wire.Client(path, LONG), connect(server.port)
        assert client.ask("PING") == PONG
        line = client.ask("CLIENT", "INFO")[1]
        assert b" addr=s:0 laddr=s:0 " in line and b" flags=U " in line, line
        assert other.ask("MONITOR") == OK and client.ask("PING") == PONG
        assert other.reply()[1].endswith(b' [0 unix:s] "PING"')
        other = connect(server.port)
        assert other.ask("CONFIG", "GET", "unixsocketperm")[1][1] == ("$", b"700")
        assert other.ask("CONFIG", "SET", "unixsocket", "x") == wrong(
            "unixsocket", "can't set immutable config")
        assert other.ask("CLIENT", "KILL", "LADDR", "s:0") == (":", 1)
        assert until_closed(client) == b""
        server.kill()
        assert os.path.exists(path)
        with started(command, "--unixsocket", path) as second:
            assert connect(second.port).ask("PING") == PONG
            assert wire.Client(path, LONG).ask("PING") == PONG
            assert stat.S_IMODE(os.stat(path).st_mode) == 0o777 & ~umask()
            second.terminate(LONG)
            assert not os.path.exists(path)


def umask():
    """Returns this process's umask, which the server has inherited."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def addresses(command):
    """Both families, optional addresses, and changes while it runs."""
    with started(command, "--bind", "127.0.0.1", "-::1", "-10.99.99.99") as server:
        client = connect(server.port)
        assert connect(server.port, "::1").ask("PING") == PONG
        assert refused(server.port, "127.0.0.2")
        assert client.ask("CONFIG", "SET", "bind", "127.0.0.2 127.0.0.1") == OK
        assert refused(server.port, "::1")
        assert connect(server.port, "127.0.0.2").ask("PING") == PONG
        for bad in ("10.99.99.99", "127.0.0.1 ", " 127.0.0.1", "127.0.0.1  127.0.0.2"):
            assert client.ask("CONFIG", "SET", "bind", bad) == wrong(
                "bind", "Failed to bind to specified addresses.")
        assert client.ask("CONFIG", "SET", "bind", " ".join("127.0.0.1" * 17)) == wrong(
            "bind", "Too many bind addresses specified.")
        assert client.ask("CONFIG", "GET", "bind")[1][1] == ("$", b"127.0.0.2 127.0.0.1")
        assert connect(server.port, "127.0.0.2").ask("PING") == PONG
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            assert client.ask("CONFIG", "SET", "port", str(port)) == wrong(
                "port", "Unable to listen on this port. Check server logs.")
            assert connect(server.port).ask("PING") == PONG
        assert client.ask("CONFIG", "SET", "port", str(port)) == OK
        assert refused(server.port) and connect(port).ask("PING") == PONG
        assert client.ask("CONFIG", "SET", "port", "0") == OK
        assert refused(port) and client.ask("PING") == PONG


def written(command):
    """CONFIG REWRITE writes addresses as the words that the next start reads."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "conf")
        with open(path, "w", encoding="ascii") as file:
            file.write("bind \" 127.0.0.1  -::1 \"\nsave \"\"\n")
        program, *options = command.split()
        with started(" ".join([program, path, *options]), folder=folder) as server:
            client = connect(server.port)
            assert client.ask("CONFIG", "SET", "bind", "127.0.0.1 -127.0.0.2") == OK
            assert client.ask("CONFIG", "REWRITE") == OK
        with open(path, encoding="ascii") as file:
            assert "bind 127.0.0.1 -127.0.0.2" in file.read().split("\n")
        with started(" ".join([program, path, *options]), folder=folder) as server:
            assert connect(server.port, "127.0.0.2").ask("CONFIG", "GET", "bind")[1][
                1] == ("$", b"127.0.0.1 -127.0.0.2")


def long_lists(command):
    """A client's channels, watched keys and queued requests count as its memory."""
    count = 12000  # their memory exceeds 128 KiB, below which no limit goes
    names = ["name%d" % i for i in range(count)]
    prefixes = [word for name in names for word in ("PREFIX", name + ".")]
    with started(command) as server:
        asker, small = connect(server.port), connect(server.port)
        assert asker.ask("CLIENT", "NO-EVICT", "ON") == OK
        for evicted, ways in enumerate((
                [["SUBSCRIBE", *names]], [["PSUBSCRIBE", *names]], [["SSUBSCRIBE", *names]],
                [["WATCH", *names]], [["CLIENT", "TRACKING", "ON", "BCAST", *prefixes]],
                [["MULTI"], *([["PING"]] * count)])):
            large = connect(server.port)
            ident = str(large.ask("CLIENT", "ID")[1])
            before = total_memory(asker, ident)
            large.write(b"".join(wire.request(*words) for words in ways))
            replies = count if "SUBSCRIBE" in ways[0][0] else len(ways)
            for _ in range(replies):
                large.reply()
            grown = total_memory(asker, ident) - before
            assert 15 * count < grown < 250 * count, (ways[0][:2], grown)
            assert asker.ask("CONFIG", "SET", "maxmemory-clients", "100kb") == OK
            until_closed(large)
            assert small.ask("PING") == PONG
            assert asker.info("evicted_clients") == str(evicted + 1), ways[0][:2]
            assert asker.ask("CONFIG", "SET", "maxmemory-clients", "0") == OK


def long_argument(command):
    """An argument counts with its size as soon as it is announced, and only once."""
    with started(command) as server:
        asker, half = connect(server.port), connect(server.port)
        ident = str(half.ask("CLIENT", "ID")[1])
        half.write(b"*2\r\n$1000000\r\n")
        for size in (1000, 900000):
            half.write(b"x" * size)
            assert eventually(lambda size=size: total_memory(asker, ident, " qbuf=") >= size, LONG)
            assert 1000000 < total_memory(asker, ident) < 1200000


def half_closed(port):
    """Returns true if a client has closed a connection to this port, and the server has not."""
    with open("/proc/net/tcp", encoding="ascii") as file:
        return any(local.endswith(":%04X" % port) and state == "08"
                   for _, local, _, state, *_ in map(str.split, file))


def waiter_gone(command):
    """A client waits for an element, and has ended its connection when the element comes, in the
    same turn of the loop: the element stays in the list."""
    with Server(command) as server:
        waiter = connect(server.port)
        assert waiter.ask("PING") == PONG  # so that poll(2) tells of it first
        pusher = connect(server.port)
        waiter.write(wire.request("BLPOP", "queue", "0"))
        for _ in range(2):  # after the second one it is known to wait
            assert pusher.ask("PING") == PONG
        # epoll(7) tells of the pusher first as long as the server has not come back to it after
        # the last question: the pusher is still on its list of those that may have something.
        assert eventually(lambda: server.states() == {"S"}, LONG, 0.001)
        with server.stopped():
            waiter.sock.close()
            assert eventually(lambda: half_closed(server.port), LONG)   # the server hears it first
            pusher.write(wire.request("RPUSH", "queue", "element"))
        assert pusher.reply() == (":", 1)
        assert pusher.ask("LLEN", "queue") == (":", 1)


def total_memory(asker, ident, field=" tot-mem="):
    line = asker.ask("CLIENT", "LIST", "ID", ident)[1].decode()
    return int(line.split(field)[1].split()[0])


def endless(command):
    """A reply that nobody will read is not generated to its end."""
    with started(command) as server:
        asker = connect(server.port)
        asker.ask("SADD", "set", "a", "b")
        asker.ask("HSET", "hash", "a", "b")
        asker.ask("ZADD", "zset", "1", "a")
        assert asker.ask("CONFIG", "SET", "client-output-buffer-limit",
                         "normal 1mb 0 0") == OK
        for name, key in (("SRANDMEMBER", "set"), ("HRANDFIELD", "hash"),
                          ("ZRANDMEMBER", "zset")):
            client = connect(server.port)
            client.send(name, key, "-2000000000")
            until_closed(client)
            assert asker.ask("PING") == PONG


if __name__ == "__main__":
    globals()[sys.argv[1]](sys.argv[2])
