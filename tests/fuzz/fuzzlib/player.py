"""Plays the steps of a trace to a server, and watches how it takes them.

The steps are played one after the other, in one thread; everything that the server
sends is read and checked in between. So a round of fuzzing and the replay of its trace
are the same thing.

"""

from __future__ import annotations

import contextlib
import re
import select
import socket
import struct
import time

from harness.server import Server
from harness.wire import Client

from .replies import Broken, Echo, Replies

READ_SIZE = 1 << 18
MEMORY_CEILING = 10 << 30  # bytes: more than this is a finding
RESET = struct.pack("ii", 1, 0)
# The answer to one client too many, from stage 08 on.
REFUSAL = b"-ERR max number of clients reached\r\n"


class Finding(Exception):
    """Something that must not happen; kind is one word that says which."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(f"{kind}: {text}")
        self.kind, self.text = kind, text


def complaints(server: Server) -> str:
    """Returns the output of the server from the first complaint on, or its last lines.
    """
    return "\n".join(server.complaint(14) or server.last_lines(3)[1])


MUTES = re.compile(rb"client\W+(\$5\s+)?reply", re.IGNORECASE)


class Conn(Client):
    def __init__(self, address, checker) -> None:
        super().__init__(address, 10)
        self.sock.setblocking(False)
        self.checker = checker
        self.deaf = self.stuffed = self.shut = False
        self.latest = b""  # the end of what was sent
        self.cut = False  # not all was sent, or the server left by a reset
        self.refused = False  # there were enough clients
        self.muted = False  # within an EXEC, so the array ends in the middle
        self.due: int | None = None


class Player:
    """Plays traces. patience is the number of seconds for which a server may be silent
    before that is called a hang."""

    def __init__(self, server: Server, echo: bool, password: str, patience: float) -> None:
        self.server, self.echo, self.patience = server, echo, patience
        self.password = password
        self.conns: dict[int, Conn] = {}
        self.poll = select.epoll()
        self.by_fd: dict[int, int] = {}
        self.bytes_sent = self.bytes_read = self.replies = 0
        self.slowest = 0.0  # seconds that the server took to answer a PING
        self.control = Client(server.address, patience)
        if password and not echo:
            self.ask(f"AUTH {password}\r\n".encode(), b"+OK\r\n")
        self.ping()
        self.baseline = self.settled_descriptors()

    # Playing steps.

    def play(self, steps: list[tuple]) -> None:
        """Plays all steps, and closes all connections. Raises a Finding."""
        for what, conn, value in steps:
            try:
                getattr(self, "_" + what)(conn, value)
            except KeyError:
                pass  # the server has closed the connection meanwhile
            self.read_all(0)
        self._finish(None, None)
        for number in list(self.conns):
            self._drop(number)
        self.check_health()

    def _open(self, number: int, _) -> None:
        try:
            conn = Conn(self.server.address, Echo() if self.echo else Replies())
        except OSError as problem:
            self.wrong("hang", f"cannot connect: {problem}")
        self.conns[number] = conn
        self.by_fd[conn.sock.fileno()] = number
        self.poll.register(conn.sock, select.EPOLLIN)

    def _send(self, number: int, data: bytes) -> None:
        conn = self.conns[number]
        conn.latest = conn.latest[-30:] + data
        conn.muted = conn.muted or MUTES.search(conn.latest) is not None
        rest = memoryview(data)
        since = time.monotonic()
        while rest and not conn.stuffed and number in self.conns:
            try:
                sent = conn.sock.send(rest)
            except BlockingIOError:
                since = self._wait_to_send(conn, since)
                continue
            except OSError:
                conn.cut = True
                return
            if self.echo and not conn.deaf:
                conn.checker.sent(rest[:sent])
            self.bytes_sent += sent
            rest = rest[sent:]
            since = time.monotonic()
        conn.cut = conn.cut or bool(rest)

    def _wait_to_send(self, conn: Conn, since: float) -> float:
        """Waits until more can be sent. A peer that does not read cannot be sent more
        in the end, and is given up; one that reads must get on."""
        before = self.bytes_read
        self.read_all(0.01)
        now = time.monotonic()
        if conn.deaf and now - since > 0.3:
            conn.stuffed = True
        elif now - since > self.patience and self.bytes_read == before:
            self.wrong("hang", f"the server has read nothing for {self.patience:.0f} s")
        return since if self.bytes_read == before else now

    def _deaf(self, number: int, _) -> None:
        self.conns[number].deaf = True
        self.poll.modify(self.conns[number].sock, 0)

    def _due(self, number: int, count: int) -> None:
        self.conns[number].due = count

    def _shut(self, number: int, _) -> None:
        conn = self.conns[number]
        conn.shut = True
        with contextlib.suppress(OSError):
            conn.sock.shutdown(socket.SHUT_WR)
        if conn.deaf and self.echo:
            self._drop(number)
        elif conn.deaf:
            conn.deaf = False
            self.poll.modify(conn.sock, select.EPOLLIN)

    def _close(self, number: int, _) -> None:
        self._drop(number)

    def _reset(self, number: int, _) -> None:
        conn = self.conns[number]
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self._drop(number)

    def _wait(self, ms: int, _) -> None:
        until = time.monotonic() + ms / 1000
        while (left := until - time.monotonic()) > 0:
            self.read_all(left)

    def _finish(self, _, __) -> None:
        """Waits until the server has closed all connections that were shut."""
        since, before = time.monotonic(), self.bytes_read
        while waiting := [n for n, conn in self.conns.items() if conn.shut]:
            self.read_all(0.05)
            if self.bytes_read != before or not self.conns.keys() >= set(waiting):
                since, before = time.monotonic(), self.bytes_read
            if time.monotonic() - since > self.patience:
                self.wrong("hang", f"connection {waiting[0]} sends no more, and the server "
                           f"has not closed it for {self.patience:.0f} s")

    # Reading replies.

    def read_all(self, seconds: float) -> None:
        for fd, _ in self.poll.poll(seconds, 64):
            number = self.by_fd.get(fd)
            if number is not None and not self.conns[number].deaf:
                self._read(number)
            elif number is not None:
                self._drop(number)  # the server has reset a connection that nobody reads

    def _read(self, number: int) -> None:
        conn = self.conns[number]
        try:
            data = conn.sock.recv(READ_SIZE)
        except BlockingIOError:
            return
        except OSError:
            self._drop(number)
            return
        self.bytes_read += len(data)
        conn.refused = conn.refused or data == REFUSAL
        try:
            if data:
                conn.checker.feed(data)
                return
        except Broken as problem:
            raise Finding("replies", f"connection {number}: {problem}")
        self._check_end(number, conn)
        self._drop(number)

    def _check_end(self, number: int, conn: Conn) -> None:
        """Checks that all replies are complete after the server has closed the
        connection."""
        if conn.cut or conn.refused:
            return
        # A client that did not get in, and does not read, is left in the middle of a
        # reply.
        stranger = self.password and conn.due is None
        whole = stranger or conn.muted or conn.checker.between()
        if whole and conn.due in (None, conn.checker.count):
            return
        if not whole:
            self.wrong("replies", f"connection {number}: closed in the middle of a reply")
        self.wrong("count", f"connection {number}: {conn.checker.count} replies, "
                   f"{conn.due} were due")

    def _drop(self, number: int) -> None:
        conn = self.conns.pop(number)
        self.replies += conn.checker.count
        del self.by_fd[conn.sock.fileno()]
        self.poll.unregister(conn.sock)
        conn.sock.close()

    # Checking the server.

    def ask(self, request: bytes, due: bytes) -> None:
        """Asks on the control connection, where the answer must come in time."""
        since, control = time.monotonic(), self.control
        control.buf.clear()
        try:
            control.sock.settimeout(self.patience)
            control.write(request)
            while len(control.buf) < len(due):
                control.more()
        except socket.timeout:
            self.wrong("hang", f"no answer to {request!r} for {self.patience:.0f} s")
        except OSError:
            pass  # the part of the answer that came is looked at
        self.slowest = max(self.slowest, time.monotonic() - since)
        got = bytes(control.buf)
        if got != due:
            self.wrong("replies", f"{request!r} was answered by {got[:80]!r}, not {due!r}")

    def ping(self) -> None:
        self.ask(b"PING\r\n", b"PING\r\n" if self.echo else b"+PONG\r\n")

    def wrong(self, kind: str, text: str) -> None:
        """Raises this finding, or the one that explains it. A process that dies closes
        its sockets first, so it gets some time to end after that."""
        self.check_alive(grace=0.5)
        raise Finding(kind, text)

    def check_alive(self, grace: float = 0) -> None:
        """Raises a Finding if the server has ended, or complains, which means that it
        is about to end."""
        now = time.monotonic()
        while self.server.alive() and time.monotonic() < now + (
            10 if self.server.complaint() else grace
        ):
            time.sleep(0.05)
        if not self.server.alive():
            raise Finding("died", f"{self.server.fate()}\n{complaints(self.server)}")
        if self.server.complaint():
            raise Finding("sanitizer", complaints(self.server))

    def settled_descriptors(self) -> int:
        """Returns the number of descriptors that the server has open without clients.
        The connection of whoever asked whether it is ready may still be open, so the
        lowest number within half a second counts."""
        seen, until = [], time.monotonic() + 0.5
        while time.monotonic() < until:
            seen.append(self.server.open_files() or 0)
            time.sleep(0.02)
        return min(seen)

    def check_health(self) -> None:
        """Checks the server after all clients have left."""
        self.ping()
        self.check_alive()
        until = time.monotonic() + self.patience
        while (now := self.server.open_files()) != self.baseline:
            if time.monotonic() > until:
                raise Finding("descriptors", f"{now} are open, {self.baseline} were before "
                              "the clients came")
            time.sleep(0.002)
            self.ping()
        if (resident := self.server.resident() or 0) > MEMORY_CEILING:
            raise Finding("memory", f"{resident >> 20} MB resident")

    def leave(self) -> None:
        """Closes the control connection, too."""
        self.control.close()
        self.poll.close()
