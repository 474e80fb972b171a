"""tests/check wire: the command line."""

import argparse
import asyncio
import contextlib

from ..model import SetupError
from .page import Page
from .record import Record
from .relay import Relay


def port(text):
    if not text.isdigit() or not int(text) < 65536:
        raise argparse.ArgumentTypeError("a port, not %s" % text)
    return int(text)


def address(text):
    """PORT, or HOST:PORT."""
    host, colon, number = text.rpartition(":")
    return (host.strip("[]") if colon else "127.0.0.1"), port(number)


def wire_options(words):
    made = argparse.ArgumentParser(
        prog="tests/check wire",
        description="Draws what passes between clients and a server, on a page.")
    made.add_argument("--listen", type=port, required=True, metavar="PORT",
                      help="where clients connect instead")
    made.add_argument("--to", type=address, required=True, metavar="PORT",
                      help="where the server is; also HOST:PORT")
    made.add_argument("--page", type=port, default=0, metavar="PORT",
                      help="where the page is (a free port)")
    made.add_argument("--save", metavar="FILE",
                      help="write what passes as a session, for tests/check replay")
    return made.parse_args(words)


def say_where(relay, page):
    print("clients connect to port %d, and all goes on to %s:%d"
          % (relay.port, *relay.server[:2]))
    print("open %s   (Ctrl-C ends)" % page.url, flush=True)


async def serve(options, to, inside=None, ready=say_where):
    """Pass on and draw until somebody ends us."""
    with contextlib.ExitStack() as stack:
        try:
            file = options.save and stack.enter_context(
                open(options.save, "w", encoding="utf-8"))
            record = Record(file)
            relay = Relay(options.listen, to, record)
            stack.callback(relay.listener.close)
            page = Page(options.page, record, inside)
            await page.start()
            stack.callback(page.server.close)
        except OSError as error:
            raise SetupError(str(error)) from error
        ready(relay, page)
        await relay.serve()


def main(words):
    """tests/check wire, or look; the exit status."""
    options = wire_options(words[1:])
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(options, options.to))
    return 0
