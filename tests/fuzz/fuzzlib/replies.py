"""What comes back, checked as it comes."""

from __future__ import annotations

LONGEST_LINE = 1 << 20  # an error names what it was asked for, whole
DIGITS = frozenset(b"0123456789")


class Broken(Exception):
    """The bytes that came are not what may come."""


def _number(line: bytes) -> int:
    digits = line[1:]
    bare = digits[1:] if digits[:1] == b"-" else digits
    if not bare or len(bare) > 19 or not DIGITS.issuperset(bare):
        raise Broken(f"not a number: {line[:60]!r}")
    return int(digits)


class Replies:
    """RESP2 replies: whether they parse, and how many there were."""

    def __init__(self) -> None:
        self.count = 0
        self._rest = b""
        self._skip = 0  # bytes of a bulk string that are still to come
        self._tail = False  # its \r\n is still to come
        self._open: list[int] = []  # elements that open arrays still lack

    def between(self) -> bool:
        """Whether no reply has begun that has not ended."""
        return not (self._rest or self._skip or self._tail or self._open)

    def _one_done(self) -> None:
        while self._open:
            self._open[-1] -= 1
            if self._open[-1] > 0:
                return
            self._open.pop()
        self.count += 1

    def _line(self, line: bytes) -> None:
        if b"\r" in line or b"\n" in line:
            raise Broken(f"a line end inside a line: {line[:60]!r}")
        kind = line[:1]
        if kind in b"+-" and kind:
            self._one_done()
        elif kind == b":":
            _number(line)
            self._one_done()
        elif kind == b"$" and line != b"$-1":
            self._skip = _number(line)
            self._tail = True
            if self._skip < 0:
                raise Broken(f"a negative length: {line[:60]!r}")
        elif kind == b"*" and line != b"*-1" and _number(line) != 0:
            if _number(line) < 0:
                raise Broken(f"a negative length: {line[:60]!r}")
            self._open.append(_number(line))
        elif kind in b"$*" and kind:
            self._one_done()
        else:
            raise Broken(f"no reply begins like this: {line[:60]!r}")

    def feed(self, data: bytes) -> None:
        data = self._rest + data
        at, end = 0, len(data)
        while at < end:
            if self._skip > 0:
                step = min(self._skip, end - at)
                at += step
                self._skip -= step
            elif self._tail:
                if end - at < 2:
                    break
                if data[at : at + 2] != b"\r\n":
                    raise Broken(f"no line end after a bulk string: {data[at : at + 40]!r}")
                at += 2
                self._tail = False
                self._one_done()
            else:
                stop = data.find(b"\r\n", at)
                if stop < 0:
                    if end - at > LONGEST_LINE:
                        raise Broken(f"a line without end: {data[at : at + 40]!r}")
                    break
                self._line(data[at:stop])
                at = stop + 2
        self._rest = data[at:]


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
            place = next(
                (i for i, (a, b) in enumerate(zip(due, data)) if a != b), min(len(due), len(data))
            )
            raise Broken(f"byte {self._came + place} did not come back as it was sent")
        self._came += len(data)
        if self._came > 1 << 20:
            del self._sent[: self._came]
            self._came = 0
