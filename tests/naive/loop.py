#!/usr/bin/env python3
"""Stages 02 to 04 in Python with asyncio.

    loop.py STAGE PORT [MISTAKE]
"""

import asyncio
import signal
import sys
import time

STAGE = sys.argv[1]
MISTAKE = (sys.argv[3:] or [""])[0]
table = {}


class Broken(Exception):
    """What came is no request."""


def bulk(value):
    if value is None:
        return b"$-1\r\n"
    return b"$%d\r\n%s\r\n" % (len(value), value)


async def request(reader):
    """The words of one request, however it is cut on its way."""
    head = (await reader.readuntil(b"\n")).rstrip(b"\r\n")
    if head[:1] != b"*":
        return head.split()
    words = []
    for _ in range(int(head[1:])):
        size = (await reader.readuntil(b"\n")).rstrip(b"\r\n")
        if size[:1] != b"$":
            raise Broken("expected '$', got '%s'" % chr(size[0]))
        if MISTAKE == "cuts-at-newline":
            words.append((await reader.readuntil(b"\r\n"))[:-2])
            continue
        words.append((await reader.readexactly(int(size[1:]) + 2))[:-2])
    return words


async def read_once(reader):
    """The same by who takes one read for one request."""
    data = await reader.read(1024)
    if not data:
        raise ConnectionError
    return data.split(b"\r\n")[2::2]


def run(words):
    name, args = words[0].upper(), words[1:]
    if name == b"PING" and len(args) < 2:
        return bulk(args[0]) if args else b"+PONG\r\n"
    if name == b"ECHO" and len(args) == 1:
        return bulk(args[0])
    if STAGE >= "04" and name == b"SET" and len(args) == 2:
        if MISTAKE == "sleeps":
            time.sleep(4)
        table[args[0]] = args[1]
        return b"+OK\r\n"
    if STAGE >= "04" and name == b"GET" and len(args) == 1:
        return bulk(table.get(args[0]))
    if name in (b"PING", b"ECHO", b"SET", b"GET"):
        return (b"-ERR wrong number of arguments for '%s' command\r\n"
                % name.lower())
    return (b"-ERR unknown command '%s', with args beginning with: %s\r\n"
            % (words[0], b"".join(b"'%s' " % word for word in args)[:128]))


async def serve(reader, writer):
    try:
        while STAGE < "03":
            data = await reader.read(65536)
            if not data:
                break
            writer.write(data)
            await writer.drain()
        read = read_once if MISTAKE == "one-read" else request
        while STAGE >= "03":
            words = await read(reader)
            if words:
                writer.write(run(words))
                await writer.drain()
    except Broken as problem:
        writer.write(b"-ERR Protocol error: %s\r\n" % str(problem).encode())
    except (OSError, asyncio.IncompleteReadError, ValueError):
        pass
    writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[2]),
                                        backlog=512)
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, sys.exit, 0)
    async with server:
        await server.serve_forever()


asyncio.run(main())
