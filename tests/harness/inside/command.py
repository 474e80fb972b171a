"""tests/check wire and look: the command line."""

import argparse
import asyncio
import contextlib
import os

from .. import flags
from ..model import Mismatch, SetupError
from ..server import Server
from .look import Look
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


def options_of(words):
    """Returns the options of wire or look."""
    tool = words[0]
    made = flags.parser("tests/check " + tool, os.path.join(
        os.path.dirname(__file__), tool + ".ini"), port=port, address=address, bytes=str.encode)
    options = made.parse_args(words[1:])
    if tool == "look" and bool(options.server) == bool(options.to):
        made.error("one of --server and --port is due")
    options.tool = tool
    return options


def say_where(relay, page):
    print("clients connect to port %d, and all goes on to %s:%d"
          % (relay.port, *relay.server[:2]))
    print("open %s   (Ctrl-C ends)" % page.url, flush=True)


async def serve(options, to, look=None, ready=say_where):
    """Passes bytes on and draws until somebody ends us."""
    with contextlib.ExitStack() as stack:
        try:
            file = options.save and stack.enter_context(
                open(options.save, "w", encoding="utf-8"))
            record = Record(file)
            relay = Relay(options.listen, to, record)
            stack.callback(relay.listener.close)
            record.look = look
            page = Page(options.page, record, look and look.panels)
            await page.start()
            stack.callback(page.server.close)
        except OSError as error:
            why = os.strerror(error.errno) if error.errno else str(error)
            raise SetupError("%s: give another --listen or --page" % why) from error
        ready(relay, page)
        await relay.serve()


def start(command):
    """Starts a server. Returns its address. Stages before 08 do not know the option that opens
    DEBUG in later ones."""
    try:
        return Server(command, words=["--enable-debug-command", "yes"]).start().address
    except Mismatch:
        return Server(command).start().address


def main(words):
    """Runs tests/check wire, or look. Returns the exit status."""
    options = options_of(words)
    look = None
    if options.tool == "look":
        look = Look(options.to or start(options.server), options.db, options.key)
        try:
            look.begin()
        except OSError as error:
            raise SetupError("nobody answers at %s:%d (%s)" % (
                *look.address, error.strerror or error)) from error
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(options, look.address if look else options.to, look))
    return 0
