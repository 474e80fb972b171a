"""The server under test: started, watched, stopped."""

from __future__ import annotations

import os
import re
import resource
import shlex
import signal
import socket
import subprocess
import tempfile
import time

SANITIZERS = {
    "ASAN_OPTIONS": "abort_on_error=1:detect_leaks=1:quarantine_size_mb=16:"
    "allocator_release_to_os_interval_ms=500:max_allocation_size_mb=8192",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1:abort_on_error=1",
}
COMPLAINT = re.compile(
    rb"(==\d+==ERROR|runtime error:|Sanitizer|Assertion .* failed|: abort|out of memory)"
)
PAGE = os.sysconf("SC_PAGE_SIZE")


class CannotStart(Exception):
    """The set-up is at fault, not the server's behaviour."""


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Server:
    """One running server. The file log gets all that it writes on stderr."""

    def __init__(self, command: str, arguments: list[str], log: str, descriptors: int = 0) -> None:
        self.port = free_port()
        # Kept open, so that it can be read even if somebody cleans up.
        self.log = open(log, "w+b")
        words = shlex.split(command.replace("{port}", str(self.port)))
        if "{port}" not in command:
            words += ["--port", str(self.port), "--bind", "127.0.0.1"]
        if "/" in words[0]:
            words[0] = os.path.abspath(words[0])
        # From stage 08 on it leaves a file there, and would load it again.
        self.folder = tempfile.TemporaryDirectory(prefix="fuzz-")

        def limit() -> None:
            if descriptors:
                resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))

        try:
            self.process = subprocess.Popen(
                words + arguments,
                cwd=self.folder.name,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self.log,
                env={**os.environ, **SANITIZERS},
                preexec_fn=limit,
            )
        except OSError as problem:
            self.log.close()
            raise CannotStart(f"cannot run {words[0]}: {problem}")
        self._await_port(words)

    def _await_port(self, words: list[str]) -> None:
        until = time.monotonic() + 20
        while time.monotonic() < until and self.alive():
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        self.kill()
        raise CannotStart(f"{shlex.join(words)} does not listen: {self.complaints() or 'no word'}")

    def alive(self) -> bool:
        return self.process.poll() is None

    def descriptors(self) -> int:
        try:
            return len(os.listdir(f"/proc/{self.process.pid}/fd"))
        except OSError:
            return -1

    def resident(self) -> int:
        try:
            with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
                return int(file.read().split()[1]) * PAGE
        except (OSError, IndexError):
            return 0

    def said(self) -> bytes:
        fd = self.log.fileno()
        return os.pread(fd, os.fstat(fd).st_size, 0)

    def complained(self) -> bool:
        return COMPLAINT.search(self.said()) is not None

    def complaints(self, lines: int = 14) -> str:
        """What it said from the first complaint on, or its last lines."""
        said = self.said()
        found = COMPLAINT.search(said)
        if found:
            start = said.rfind(b"\n", 0, found.start()) + 1
            chosen = said[start:].splitlines()[:lines]
        else:
            chosen = said.splitlines()[-3:]
        return b"\n".join(chosen).decode("utf-8", "replace")

    def stop(self, patience: float) -> int | None:
        """SIGTERM. Returns the exit status, or None when it does not end."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    def kill(self) -> None:
        if self.alive():
            self.process.kill()
        self.process.wait()
