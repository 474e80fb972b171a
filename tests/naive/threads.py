#!/usr/bin/env python3
"""Stages 02 to 05 with a thread for each client, as one would write them
after the lessons.

    threads.py STAGE PORT [MISTAKE]

A mistake is one of those that the code asks for by name, or one of these:
without:NAME:HOW, which leaves a command out (HOW is what happens then: error,
silent, close or exit), and always:BYTES, which gives the same reply to all.
"""

import contextlib
import os
import signal
import socket
import sys
import threading
import time

STAGE = sys.argv[1]
MISTAKE, _, DETAIL = (sys.argv[3:] or [""])[0].partition(":")
EXTREME = 1 << 63
table = {}              # key: (value, when it expires in ms, or None)
lock = threading.Lock()


class Refused(Exception):
    """An error reply."""


class Broken(Exception):
    """A protocol error: told, then the connection is closed."""


SYNTAX = "syntax error"
NO_INTEGER = "value is not an integer or out of range"


def now():
    if MISTAKE == "cpu-clock":
        return time.process_time() * 1000
    return time.time() * 1000


def is_over(expiry):
    if MISTAKE == "part-of-time":       # as TimeSpan.Milliseconds is one of TotalMilliseconds
        since, limit = expiry
        return (now() - since) % 1000 >= limit
    return expiry <= now()


def bulk(value):
    """A bulk string; the null one for None."""
    if value is None:
        return {"empty-for-nil": b"$0\r\n\r\n", "silent-nil": b""}.get(MISTAKE, b"$-1\r\n")
    if MISTAKE == "nil-for-empty" and not value:
        return b"$-1\r\n"
    if MISTAKE == "simple-for-bulk":
        return b"+" + value + b"\r\n"
    if MISTAKE == "counts-letters":
        return b"$%d\r\n%s\r\n" % (len(value.decode("utf-8", "replace")),
                                   value)
    size = len(value) + 2 * (MISTAKE == "counts-line-end")
    return b"$%d\r\n%s\r\n" % (size, value)


def known_as(key):
    """Returns what a key is compared by."""
    if MISTAKE == "folds-keys":
        return key.lower()
    return key.partition(b"\0")[0] if MISTAKE == "c-keys" else key


def integer(number):
    return b":%d\r\n" % number


def look(key, even_expired=False):
    """Returns (value, expiry) of a key that is there, else None."""
    key = known_as(key)
    found = table.get(key)
    if found and found[1] is not None and is_over(found[1]) \
            and not even_expired:
        if MISTAKE != "part-of-time":
            del table[key]
        return None
    return found


def number(text, low=-EXTREME, high=EXTREME - 1):
    """Returns a 64-bit integer, strictly parsed."""
    if MISTAKE == "raises":
        return int(text)
    digits = text[1:] if text[:1] == b"-" else text
    if not digits.isdigit() or (digits[:1] == b"0" and text != b"0"):
        raise Refused(NO_INTEGER)
    if not low <= int(text) <= high:
        raise Refused(NO_INTEGER)
    return int(text)


def when(text, unit, command):
    """Returns a time from now, in ms; unit is the number of ms in one."""
    amount = number(text)
    if amount * unit + now() >= EXTREME or amount <= 0:
        raise Refused("invalid expire time in '%s' command" % command)
    return (now(), amount * unit) if MISTAKE == "part-of-time" else now() + amount * unit


def set_command(args):
    key, value, expiry, condition, get, keep = *args[:2], None, None, 0, 0
    options = list(args[2:])
    if MISTAKE == "ignores-options":
        options = []
    while options:
        word = options.pop(0)
        if MISTAKE != "options-in-capitals":
            word = word.upper()
        if word in (b"EX", b"PX") and options and STAGE >= "05" \
                and expiry is None and (MISTAKE != "knows-px" or word == b"PX"):
            unit = 1000 if word == b"EX" or MISTAKE == "seconds" else 1
            expiry = when(options.pop(0), unit, "set")
            if MISTAKE == "whole-seconds" and unit == 1:
                expiry -= (expiry - now()) % 1000
        elif word in (b"NX", b"XX") and condition in (None, word):
            condition = word
        elif word == b"GET":
            get = True
        elif word == b"KEEPTTL" and STAGE >= "05":
            keep = True
        else:
            raise Refused(SYNTAX)
    if keep and expiry is not None:
        raise Refused(SYNTAX)
    old = look(key)
    reply = bulk(old and old[0]) if get else b"+OK\r\n"
    if condition and (old is not None) != (condition == b"XX"):
        return reply if get else integer(0) if MISTAKE == "nx-says-0" else bulk(None)
    if (keep or MISTAKE == "set-keeps-time") and old and expiry is None:
        expiry = old[1]
    if MISTAKE == "drops-times":
        expiry = None
    if MISTAKE == "keeps-the-first" and old and not options:
        return reply
    table[known_as(key)] = (value, expiry)
    if MISTAKE == "sleeps" and expiry is not None:
        time.sleep(max(0, expiry - now()) / 1000 + 4)
    return reply


def get_command(args):
    found = look(args[0], MISTAKE == "get-forgets-time")
    if MISTAKE == "keeps-pointers" and found:
        return bulk((args[0] * len(found[0]))[:len(found[0])])
    if MISTAKE == "shows-bytes":
        return bulk(str(found and found[0]).encode())
    return bulk(found and found[0])


def del_command(args):
    if MISTAKE == "del-counts-all":
        return integer(len([table.pop(key, None) for key in args]))
    return integer(sum(bool(look(key)) and bool(table.pop(key))
                       for key in args))


def exists_command(args):
    if MISTAKE == "exists-once":
        args = set(args)
    return integer(sum(look(key, MISTAKE == "exists-forgets-time") is not None
                       for key in args))


def add(key, step):
    old = look(key) or (b"0", None)
    new = number(old[0]) + step
    if not -EXTREME <= new < EXTREME:
        if MISTAKE == "wraps":
            new = (new + EXTREME) % (1 << 64) - EXTREME
        else:
            raise Refused("increment or decrement would overflow")
    table[key] = (new if MISTAKE == "keeps-numbers" else b"%d" % new, old[1])
    return integer(new)


def ttl(key, unit):
    found = look(key)
    none, ever = (-1, -2) if MISTAKE == "swapped" else (-2, -1)
    if found is None or found[1] is None:
        return integer(none if found is None else ever)
    return integer(int((found[1] - now() + unit / 2) / unit))


def expire(args, unit):
    amount = number(args[1])
    if MISTAKE == "seconds":
        unit = 1
    found = look(args[0])
    if found is None:
        return integer(MISTAKE == "expire-says-1")
    table[args[0]] = (found[0], now() + amount * unit)
    look(args[0])
    return integer(1)


def persist(args):
    found = look(args[0])
    if found is None or found[1] is None:
        return integer(0)
    table[args[0]] = (found[0], None)
    return integer(1)


def is_there(args):
    return bool(args) and (MISTAKE != "zero-is-false" or args[0] != b"0")


# Name: (stage, least arguments, most arguments, function).
MANY = 1 << 20
COMMANDS = {
    b"ping": ("03", 0, 1, lambda args: bulk(args[0]) if is_there(args)
              else b"+PONG\r\n"),
    b"echo": ("03", 1, 1, lambda args: bulk(args[0])),
    b"reset": ("03", 0, 0, lambda args: b"+RESET\r\n"),
    b"set": ("04", 2, MANY, set_command),
    b"get": ("04", 1, 1, get_command),
    b"del": ("04", 1, MANY, del_command),
    b"unlink": ("04", 1, MANY, del_command),
    b"exists": ("04", 1, MANY, exists_command),
    b"touch": ("04", 1, MANY, exists_command),
    b"incr": ("04", 1, 1, lambda args: add(args[0], 1)),
    b"decr": ("04", 1, 1, lambda args: add(args[0], -1)),
    b"incrby": ("04", 2, 2, lambda args: add(args[0], number(args[1]))),
    b"decrby": ("04", 2, 2, lambda args: add(args[0], -number(args[1]))),
    b"mget": ("04", 1, MANY, lambda args: b"*%d\r\n" % len(args) + b"".join(
        get_command([key]) for key in args)),
    b"ttl": ("05", 1, 1, lambda args: ttl(args[0], 1000)),
    b"pttl": ("05", 1, 1, lambda args: ttl(args[0], 1)),
    b"expire": ("05", 2, 2, lambda args: expire(args, 1000)),
    b"pexpire": ("05", 2, 2, lambda args: expire(args, 1)),
    b"persist": ("05", 1, 1, persist),
    b"type": ("05", 1, 1, lambda args: b"+string\r\n" if look(args[0])
              else b"+none\r\n"),
}


def unknown(words):
    how = DETAIL.partition(":")[2] or "error"
    if how == "exit":
        os._exit(1)
    if how == "close":
        raise ConnectionError
    if how == "silent":
        return b""
    args = b"".join(b"'%s' " % word for word in words[1:])[:128]
    return (b"-ERR unknown command '%s', with args beginning with: %s\r\n"
            % (words[0], args))


def run(words):
    """Runs one command, and returns its reply."""
    if MISTAKE == "turns-around":
        words = words[::-1]
    name, args = words[0].lower(), words[1:]
    if MISTAKE == "case-sensitive":
        name = words[0] if words[0].isupper() else b"?"
        name = name.lower()
    row = COMMANDS.get(name)
    if not row or row[0] > STAGE or (
            MISTAKE == "without" and
            DETAIL.upper().encode().startswith(name.upper() + b":")):
        return unknown(words)
    if not row[1] <= len(args) <= row[2]:
        if MISTAKE == "own-words":
            return b"-ERR bad argument count for %s\r\n" % name
        return (b"-%swrong number of arguments for '%s' command\r\n" % (
            b"" if MISTAKE == "no-err-word" else b"ERR ", name))
    with lock:
        try:
            return row[3](args)
        except Refused as refusal:
            return b"-ERR %s\r\n" % str(refusal).encode()


def line(file, what="inline request"):
    text = file.readline(65536)
    if len(text) == 65536:
        raise Broken("too big " + ("mbulk count string" if text[:1] == b"*"
                                   else what))
    if not text.endswith(b"\n"):
        raise ConnectionError
    return text[:-1] if MISTAKE == "keeps-return" else text.rstrip(b"\r\n")


def length(text, most, what):
    try:
        size = number(text)
    except Refused:
        size = -EXTREME
    if size > most or size == -EXTREME:
        raise Broken("invalid %s length" % what)
    return size


def request(file):
    """Returns the words of one request. Reading from a file waits for more bytes by
    itself, which is what makes a thread for each client simple."""
    head = line(file)
    if head[:1] != b"*":
        return head.split()
    words = []
    for _ in range(length(head[1:], 2147483647, "multibulk")):
        mark = line(file, "bulk count string")
        if mark[:1] != b"$" and MISTAKE == "leaves-line-end":
            return [b""]
        if mark[:1] != b"$":
            raise Broken("expected '$', got '%s'" % mark[:1].decode())
        size = length(mark[1:], 1 << 29, "bulk")
        if size < 0:
            raise Broken("invalid bulk length")
        if MISTAKE == "cuts-at-newline":
            words.append(file.readline()[:-2])
            continue
        words.append(file.read1(size) if MISTAKE == "short-read" else file.read(size))
        if MISTAKE == "trims":
            words[-1] = words[-1].strip()
        if MISTAKE != "leaves-line-end" and len(file.read(2)) < 2:
            raise ConnectionError
    return words


# Mistakes in what is sent.
SPOILED = {"newline-alone": lambda reply: reply.replace(b"\r\n", b"\n"),
           "extra-newline": lambda reply: reply + b"\r\n",
           "single-quotes": lambda reply: reply.replace(b"\r\n", rb"\r\n"),
           "translates": lambda reply: reply.replace(b"\n", b"\r\n"),
           "sends-the-end": lambda reply: reply + b"\0",
           "stops-short": lambda reply: reply[:8192],
           "sends-c-strings": lambda reply: reply.partition(b"\0")[0]}


def answer(client, reply):
    reply = SPOILED.get(MISTAKE, bytes)(reply)
    if MISTAKE == "no-flush":
        files.setdefault(client, client.makefile("wb")).write(reply)
        return
    if MISTAKE == "all-hear":
        for each in set(clients) - {client}:
            with contextlib.suppress(OSError):      # it may be leaving
                each.sendall(reply)
    client.sendall(reply)


def serve(client):
    """Answers one client until it leaves."""
    with client.makefile("rb") as file:
        while True:
            words = request(file)
            if MISTAKE == "dies-of-bad-text":
                [word.decode() for word in words]
            if words and words[0].upper() == b"QUIT":
                answer(client, b"+OK\r\n")
                return
            if words and words[0].upper() in (b"POST", b"HOST:"):
                return          # a browser
            if words:
                answer(client, run(words))


def serve_reads(client):
    """Does the same, with the mistake that one read is one command."""
    while True:
        data = client.recv(4096)
        if not data:
            return
        words = data.split(b"\r\n")[2::2]
        if MISTAKE == "half-ends-all" and not data.endswith(b"\r\n"):
            os._exit(1)
        if MISTAKE == "drops-empty":
            words = [line for line in data.split(b"\r\n") if line][2::2]
        client.sendall(run(words) if words else b"-ERR Protocol error\r\n")


def serve_stale(client):
    """Reads into one buffer, and forgets how much a read has brought."""
    buffer = bytearray(512)
    while client.recv_into(buffer):
        words = buffer.rstrip(b"\0").split(b"\r\n")[2::2]
        client.sendall(run([bytes(word) for word in words if word]))


def serve_first(client):
    """Reads well, and forgets the bytes behind the first command."""
    import io
    data = b""
    while True:
        piece = client.recv(65536)
        if not piece:
            return
        if MISTAKE == "strips":
            piece = piece.strip()
        if MISTAKE == "reads-c-strings":
            piece = piece.partition(b"\0")[0]
        data = (shared[0] if MISTAKE == "one-buffer" else data) + piece
        shared[0] = data
        if MISTAKE == "fixed-size":
            data = data[:4096]
        file = io.BytesIO(data)
        try:
            words = request(file)
        except (ConnectionError, ValueError):
            continue
        data = shared[0] = b""
        client.sendall(run(words))


def serve_lines(client):
    with client.makefile("rb") as file:
        for line in file:
            client.sendall(b"+PONG\r\n" if MISTAKE == "each-line" else
                           b"PONG\r\n" if line == b"PING\r\n" else b"unknown\n")


def serve_always(client):
    """Sends the same reply after each read."""
    reply = DETAIL.encode().decode("unicode_escape").encode("latin-1")
    while client.recv(1 << 20):
        if DETAIL == "close":
            return
        client.sendall(reply)


def echo(client):
    data = b""
    if MISTAKE == "no-room" and len(clients) > 64:
        signal.pause()
    while True:
        data = client.recv(65536) or (data if MISTAKE == "no-end" else b"")
        if not data:
            if MISTAKE == "stays-open":
                time.sleep(60)
            return
        if MISTAKE == "mixes-them-up":
            data = data.replace(b"111 of 0: ", b"112 of 0: ")
        if MISTAKE == "send-once":
            send_once(client, data)
        elif MISTAKE == "gives-up":
            while data:         # a call that would block raises OSError
                data = data[client.send(data, socket.MSG_DONTWAIT):]
        else:
            client.sendall(data)


def send_once(client, data):
    """Sends as much as there is room for, and forgets the rest."""
    try:
        client.send(data, socket.MSG_DONTWAIT)
    except BlockingIOError:
        pass


SERVES = {"one-read": serve_reads, "first-only": serve_first,
          "strips": serve_first, "one-buffer": serve_first,
          "fixed-size": serve_first, "reads-c-strings": serve_first,
          "drops-empty": serve_reads, "half-ends-all": serve_reads,
          "talks-in-lines": serve_lines, "stale": serve_stale,
          "each-line": serve_lines, "always": serve_always}
clients = set()
files = {}          # bytes written to a client that are not flushed
shared = [b""]      # the one buffer of all clients


def guarded(function, client):
    """Makes a client that goes away end only its own thread."""
    try:
        if MISTAKE == "greets":
            client.sendall(b"+WELCOME\r\n")
        clients.add(client)
        function(client)
    except Broken as problem:
        if MISTAKE != "no-word":
            client.sendall(b"-ERR Protocol error: %s\r\n" % str(problem).encode())
    except OSError:
        pass
    finally:
        clients.discard(client)
        try:
            if client in files:
                files.pop(client).close()
            client.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        client.close()


def main():
    signal.signal(signal.SIGTERM, lambda _number, _frame: os._exit(0))
    if MISTAKE == "knows-no-options" and len(sys.argv) > 4:
        sys.exit("unknown option " + sys.argv[4])
    function = SERVES.get(MISTAKE, echo if STAGE < "03" else serve)
    listener = socket.create_server(("127.0.0.1", int(sys.argv[2])),
                                    backlog=512)
    while True:
        client, _ = listener.accept()
        if MISTAKE == "forks":
            if os.fork() == 0:
                listener.close()
                guarded(function, client)
                os._exit(0)
            client.close()
            continue
        threading.Thread(target=guarded, args=(function, client),
                         daemon=MISTAKE != "stays").start()
        if MISTAKE == "accepts-one":
            listener.close()
            signal.pause()


if __name__ == "__main__":
    main()
