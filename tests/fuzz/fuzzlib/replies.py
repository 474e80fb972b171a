"""What comes back, checked as it comes."""

from __future__ import annotations

import re

LONGEST_LINE = 1 << 20  # an error names what it was asked for, whole
LINE = re.compile(rb"[+,-][^\r\n]*|:-?\d{1,19}|_|#[tf]|[$*](-1|\d{1,19})"
                  rb"|[%~=>|](\d{1,19})|\(-?\d+")


class Broken(Exception):
    """The bytes that came are not what may come."""


class Replies:
    """Replies of RESP2 and RESP3: whether they parse, and how many there were, pushes and
    attributes aside. What bulk strings hold is not kept."""

    def __init__(self) -> None:
        self.count = 0
        self._rest = b""
        self._skip = 0  # bytes of a bulk string that are still to come, \r\n among them
        self._open: list[int] = []  # elements that open arrays still lack
        self._counts = True  # what has begun is a reply

    def between(self) -> bool:
        """Whether no reply has begun that has not ended."""
        return not (self._rest or self._skip or self._open)

    def _one_done(self) -> None:
        while self._open:
            self._open[-1] -= 1
            if self._open[-1] > 0:
                return
            self._open.pop()
        self.count += self._counts
        self._counts = True

    def _line(self, line: bytes) -> None:
        found = LINE.fullmatch(line)
        if not found:
            raise Broken(f"no reply has such a line: {line[:60]!r}")
        length = int(found[1] or found[2] or -1)
        if line[:1] in b"$=" and length >= 0:
            self._skip = length + 2
        elif line[:1] in b"*~%>|" and length > 0:
            self._counts &= bool(self._open) or line[:1] not in b">|"
            self._open.append(length * (1 + (line[:1] in b"%|")))
        else:
            self._one_done()

    def feed(self, data: bytes) -> None:
        data, at = self._rest + data, 0
        self._rest = b""
        while at < len(data):
            if self._skip > 2:
                step = min(self._skip - 2, len(data) - at)
                self._skip -= step
            else:
                step = data.find(b"\r\n", at) + 2 - at
                if step < 2:
                    self._rest = data[at:]
                    if len(self._rest) > LONGEST_LINE:
                        raise Broken(f"a line without end: {self._rest[:40]!r}")
                    return
                self._whole(data[at : at + step - 2])
            at += step

    def _whole(self, line: bytes) -> None:
        """A line without its end: of a bulk string that has come, nothing is left."""
        if not self._skip:
            self._line(line)
        elif line:
            raise Broken(f"no line end after a bulk string, but {line[:40]!r}")
        else:
            self._skip = 0
            self._one_done()


class Echo:
    """What was sent, and nothing else, in its order."""

    def __init__(self) -> None:
        self.count = 0
        self._sent = bytearray()
        self._came = 0  # bytes of what was sent that have come back

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
