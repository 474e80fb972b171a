"""The encodings of RDB files: the checksum, and LZF.

The checksum is a CRC of 64 bits with Jones's polynomial, bits reflected, that begins
with 0 and is not inverted at the end; "123456789" gives e9c6d914c4b8d9ca. LZF is a
sequence of instructions: copy the next bytes, or repeat bytes from earlier on.
"""

from .fields import Damage

POLYNOMIAL = 0x95ac9329ac4bc9b5     # ad93d23594c935a9, with its bits in reverse order
LONGEST_COPY = 32
LONGEST_REPEAT = 264
FARTHEST = 8192


def _table():
    rows = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (POLYNOMIAL if byte & 1 else 0)
        rows.append(byte)
    return rows


TABLE = _table()


def crc64(data, crc=0):
    """Returns the checksum of some bytes, continuing that of the bytes before."""
    table = TABLE
    for byte in data:
        crc = table[(crc ^ byte) & 255] ^ crc >> 8
    return crc


def lzf_unpack(data, size):
    """Returns the bytes that `data` was made from. Raises Damage if they are not
    `size`."""
    out = bytearray()
    at = 0
    while at < len(data):
        begin, order = at, data[at]
        at += 1
        if order < 32:
            out += data[at:at + order + 1]
            at += order + 1
            if at > len(data):
                raise Damage(begin, "LZF copies %d bytes, and %d are left"
                             % (order + 1, len(data) - begin - 1))
        else:
            at = _repeat(data, at, order, out)
        if len(out) > size:
            raise Damage(begin, "LZF gives more than the %d bytes that were "
                         "promised" % size)
    if len(out) != size:
        raise Damage(len(data), "LZF gives %d bytes, %d were promised"
                     % (len(out), size))
    return bytes(out)


def _repeat(data, at, order, out):
    """Executes one instruction to repeat earlier bytes. Returns the offset behind it."""
    length = order >> 5
    need = 2 if length == 7 else 1
    if at + need > len(data):
        raise Damage(at - 1, "LZF ends within an order")
    if length == 7:
        length += data[at]
    back = ((order & 31) << 8 | data[at + need - 1]) + 1
    if back > len(out):
        raise Damage(at - 1, "LZF repeats from %d bytes back, and there are "
                     "%d" % (back, len(out)))
    for _ in range(length + 2):
        out.append(out[-back])
    return at + need


def lzf_pack(data):
    """Returns LZF of some bytes, which may be longer than they are."""
    out, seen, copied, at = bytearray(), {}, 0, 0
    while at < len(data):
        found = seen.get(data[at:at + 3], -1) if at + 3 <= len(data) else -1
        seen[data[at:at + 3]] = at
        if found < 0 or at - found > FARTHEST:
            at += 1
            continue
        size = 3
        while (size < LONGEST_REPEAT and at + size < len(data)
               and data[found + size] == data[at + size]):
            size += 1
        _copy(out, data[copied:at])
        back, short = at - found - 1, min(size - 2, 7)
        out.append(short << 5 | back >> 8)
        if short == 7:
            out.append(size - 2 - 7)
        out.append(back & 255)
        at += size
        copied = at
    _copy(out, data[copied:])
    return bytes(out)


def _copy(out, some):
    """Returns instructions to copy these bytes."""
    for at in range(0, len(some), LONGEST_COPY):
        piece = some[at:at + LONGEST_COPY]
        out.append(len(piece) - 1)
        out += piece
