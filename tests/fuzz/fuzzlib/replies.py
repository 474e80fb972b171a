"""Replies, checked as they come."""

from __future__ import annotations

from harness import wire


class Broken(Exception):
    """The bytes that came are not allowed there."""


class Replies:
    """Checks that replies parse, and counts them, except pushes."""

    def __init__(self) -> None:
        self.count = 0
        self._rest = bytearray()
        self._least = 0  # the least size of the first reply that is left

    def between(self) -> bool:
        """Returns true if no reply has begun without having ended."""
        return not self._rest

    def feed(self, data: bytes) -> None:
        self._rest += data
        if len(self._rest) < self._least:
            return
        at = self._least = 0
        try:
            while at < len(self._rest):
                (kind, _), at = wire.parse(self._rest, at)
                self.count += kind != ">"
        except wire.Malformed as wrong:
            raise Broken(f"{wrong.why}: {bytes(self._rest[at : at + 60])!r}")
        except wire.Incomplete as short:
            self._least = short.least - at
        del self._rest[:at]


class Echo:
    """Checks that what comes is what was sent, in its order, and nothing else."""

    def __init__(self) -> None:
        self.count = 0
        self._sent = bytearray()
        self._came = 0  # bytes that have come back

    def sent(self, data) -> None:
        self._sent += data

    def between(self) -> bool:
        return self._came == len(self._sent)

    def feed(self, data: bytes) -> None:
        due = self._sent[self._came : self._came + len(data)]
        if due != data:
            place = next((i for i, (a, b) in enumerate(zip(due, data)) if a != b), len(due))
            raise Broken(f"byte {self._came + place} did not come back as it was sent")
        self._came += len(data)
        if self._came > 1 << 20:
            del self._sent[: self._came]
            self._came = 0
