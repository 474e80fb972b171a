"""Stage 08: damaged files, none of which may be loaded or do harm."""

import struct

from .. import rdb_make as make
from ..manifest import judge
from ..rdb_codec import crc64
from .rdb import refused
from .rdb_files import Loaded
from .rdb_types import forms, streams
from .talk import key_of, some_text

CUTS = 40               # of all cuts, besides the last ones
LAST = 24               # bytes: each of these cuts is tried
FLIPS = 25


ALL = (1, 4, 5, 11, 13, 15)
# The real Redis trusts what is inside the blocks of the others, even where
# the checksum is wrong, and may end by SIGABRT; also when one bit has made two
# fields of a hash the same.
PLAIN = (1, 5, 11)


def a_file(rng, kinds=ALL):
    """Returns a file with a few keys of different types."""
    file = make.File(9).aux(b"redis-ver", b"6.2.0").select(0).resize(9, 1)
    file.text(key_of(rng, "k"), some_text(rng)).expire_ms(4000000000000)
    file.text(key_of(rng, "n"), b"-70000")
    file.key(0, b"z", make.packed(b"again and " * 30))
    for kind, _, body, _ in [*forms(rng), *streams(rng)]:
        if kind in kinds and len(body) < 9000:
            file.key(kind, key_of(rng, "t%d" % kind), body)
    return file.end()


@judge("08.9")
def broken(bench):
    """Files that are cut at any byte, changed, or something else altogether."""
    rng = bench.random
    whole = a_file(rng)
    Loaded(bench, whole, "the whole file, before anything is wrong with it"
           ).start().holds()
    heads(bench, whole)
    cuts = set(rng.sample(range(10, len(whole) - LAST), CUTS))
    for size in sorted(cuts | set(range(len(whole) - LAST, len(whole)))):
        refused(bench, whole[:size], "cut after %d of %d bytes"
                % (size, len(whole)), size)
    bad_values(bench)
    flips(bench)


def heads(bench, whole):
    """Files that are no RDB, or of an unknown version."""
    for data, about, at in (
            (b"", "it is empty", 0), (b"REDI", "its first 4 bytes", 4),
            (b"RADIS" + whole[5:], "the magic is RADIS", 0),
            (b"REDIS9999" + whole[9:], "its version is 9999", 5),
            (b"REDISabcd" + whole[9:], "its version is no number", 5),
            (b"REDIS0000" + whole[9:], "its version is 0", 5),
            (b"*1\r\n$4\r\nPING\r\n", "it is no RDB file", 0)):
        refused(bench, data, about, at)


def bad_values(bench):
    """Damage that a right checksum covers."""
    huge = make.length((1 << 62) + 5)
    for kind, body, about in (
            (0, b"", "a value that is not there"),
            (99, make.plain(b"v"), "a type that nobody knows"),
            (0, make.length(1 << 40) + b"v", "a string of a terabyte"),
            (0, huge + b"v", "a string of 2^62 bytes"),
            (1, huge + make.plain(b"v"), "a list of 2^62 elements"),
            (4, make.length(1 << 31) + make.plain(b"f"),
             "a hash of 2^31 fields"),
            (0, b"\xc3" + make.length(3) + make.length(100) + b"\x01ab",
             "LZF that gives less than it says"),
            (0, b"\xc3" + make.length(4) + make.length(9) + b"\0a\x20\x09",
             "LZF that repeats what was never there"),
            (0, b"\xc3" + make.length(4) + make.length(1 << 61) + b"\0ab\0",
             "LZF of 2^61 bytes"),
            (0, b"\xc9v", "a string in a form that there is not"),
            (11, make.blob(struct.pack("<IIHH", 2, 3, 1, 2)),
             "an intset of 3 integers that has 2"),
            (11, make.blob(struct.pack("<IIHH", 3, 2, 1, 2)),
             "an intset of integers of 3 bytes"),
            (16, make.blob(make.listpack([b"f", b"v"])[:-3]),
             "a listpack that is shorter than it says"),
            (10, make.blob(b"\x99" + make.ziplist([b"a", b"b"])[1:]),
             "a ziplist that is shorter than it says")):
        file = make.File(9).select(0).key(kind, b"k", body)
        refused(bench, file.end(), about, 12)


def flips(bench):
    """Single bits of the whole file are flipped, which the checksum detects."""
    rng = bench.random
    whole = a_file(rng, PLAIN)
    for _ in range(FLIPS):
        at = rng.randrange(11, len(whole))
        data = bytearray(whole)
        data[at] ^= 1 << rng.randrange(8)
        if not data[-8:].strip(b"\0") or crc64(data[:-8]) == struct.unpack(
                "<Q", data[-8:])[0]:
            continue
        refused(bench, bytes(data), "bit flipped in byte %d of %d"
                % (at, len(whole)), at, not_compared=True)
