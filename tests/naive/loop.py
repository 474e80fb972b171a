#!/usr/bin/env python3
"""Stages 02 to 04 in Python with asyncio; the commands are those of threads.py.

    loop.py STAGE PORT [MISTAKE]
"""

import asyncio
import signal
import sys

from threads import MISTAKE, STAGE, Broken, run


async def request(reader):
    """Returns the words of one request, however it is cut on its way."""
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
    """Does the same, with the mistake that one read is one request."""
    data = await reader.read(1024)
    if not data:
        raise ConnectionError
    return data.split(b"\r\n")[2::2]


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
