"""tests/check send TEXT...: send bytes to a server, and show what comes back.

    tests/check send 'PING\\r\\n'                        to port 6379
    tests/check send --connect 127.0.0.1:7303 '*1\\r\\n$4\\r\\n' 'PING\\r\\n'
    tests/check send --server './mine --port {port}' 'PING\\r\\n'
    tests/check send 2a 31 0d 0a                       bytes in hex

Each word is sent as it is, with a pause before the next, so that each comes in
a read of its own. \\r \\n \\t \\0 \\xHH \\" and \\\\ stand for those bytes. Words of
two hex digits each, two or more of them, are one piece.
"""

import re
import shlex
import socket
import time

from . import wire
from .model import Mismatch, SetupError
from .server import READY, Server

USAGE = "tests/check send [--connect HOST:PORT] TEXT... (TEXT like 'PING\\r\\n')"
PAUSE = 0.1             # seconds between two pieces
FIRST = 2.0             # to wait for the first byte,
MORE = 0.3              # and for another one


def pieces(words):
    """Returns what is to be sent, one piece per word."""
    if not words:
        raise SetupError(USAGE)
    if len(words) > 1 and all(re.fullmatch("[0-9a-fA-F]{2}", word)
                              for word in words):
        return [bytes.fromhex("".join(words))]
    try:
        return [wire.unescape(word) for word in words]
    except ValueError as error:
        raise SetupError("send: %s (\\r \\n \\t \\0 \\xHH \\\" \\\\ are known)"
                         % error)


def typed(parts):
    """Returns the command line that sends these parts (to port 6379)."""
    return "tests/check send " + " ".join(
        shlex.quote(wire.show(part)[1:-1]) for part in parts)


def lines_of(data):
    """Returns one line per reply; bytes that are no reply, as they are."""
    ends = [0] + [end for _, end in wire.replies(data)]
    ends += [len(data)] * (ends[-1] < len(data))
    return [wire.show(data[at:end]) for at, end in zip(ends, ends[1:])]


def talk(address, parts, say):
    """Sends and shows. Returns 0 if anything came back, otherwise 1."""
    try:
        client = wire.Client(address, 3)
    except OSError as error:
        raise SetupError(
            "send: nobody answers at %s:%d (%s); elsewhere: --connect "
            "HOST:PORT, or --server COMMAND, which is started first"
            % (address + (error.strerror or "no answer",)))
    with client:
        for number, part in enumerate(parts):
            time.sleep(PAUSE if number else 0)
            say("sent  " + wire.show(part))
            try:
                client.write(part)
            except OSError as error:
                say("      cannot send: %s" % error.strerror)
                break
        came = False
        for line in heard(client):
            came = came or line.startswith("came")
            say(line)
    return 0 if came else 1


def heard(client):
    """Yields lines about what comes, until nothing more does."""
    began, wait, more = time.perf_counter(), FIRST, ""
    while True:
        client.sock.settimeout(wait)
        try:
            client.more()
        except socket.timeout:
            yield "      nothing %sin %.1f s" % (more, wait)
            return
        except OSError as error:    # "Connection reset by peer", or it closed
            yield "      %s" % (error.strerror or error)
            return
        for line in lines_of(client.buf):
            yield "came  %s  (%d ms)" % (
                line, (time.perf_counter() - began) * 1000)
        client.buf.clear()
        wait, more = MORE, "more "


def main(words, args, connect):
    """Runs the command. Returns its exit status."""
    parts = pieces(words)
    if not args.server:
        return talk(connect or ("127.0.0.1", 6379), parts, print)
    server = Server(args.server, args.ready or READY)
    try:
        server.start()
        return talk(server.address, parts, print)
    except Mismatch as mismatch:
        raise SetupError("\n  ".join([mismatch.summary, *server.last_lines()[1]]))
    finally:
        server.stop()
