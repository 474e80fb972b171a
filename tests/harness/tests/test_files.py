"""Tests of what reads, shows and makes RDB and AOF files."""

import contextlib
import random
import shutil
import tempfile
import unittest

from harness import (aof_format, dissect, rdb_blocks, rdb_codec, rdb_format,
                     rdb_make as make)
from harness.command import ran
from harness.fields import Damage
from harness.tests.helpers import InFolder, put, said

NUMBERS = [0, 1, 12, 13, 127, 128, -1, -128, -129, 4095, 4096, -4096, -4097,
           32767, -32768, 32768, 1 << 23, -(1 << 23), (1 << 23) - 1,
           (1 << 31) - 1, -(1 << 31), 1 << 31, (1 << 63) - 1, -(1 << 63)]
TEXTS = [b"", b"a", b"x" * 63, b"x" * 64, b"y" * 253, b"y" * 300,
         b"z" * 4095, b"z" * 4096, b"z" * 16378, b"w" * 16379, b"w" * 16384,
         b"\xff\0\r\n", b"007", b"-0", b"+1", b" 1", b"9" * 20]
MIXED = TEXTS + [b"%d" % number for number in NUMBERS]
STREAM = [[((1, 1), [(b"f", b"1"), (b"g", b"two")]),
           ((1, 2), [(b"f", b"3"), (b"g", b"4")]),
           ((5, 0), [(b"other", b"")])],
          [((9, 9), [(b"f", b"x")])]]
GROUP = {"name": b"gr", "last": (1, 2), "read": 2,
         "pending": [((1, 1), 1700000000000, 1, b"ann"),
                     ((1, 2), 1700000000001, 3, b"bob")],
         "consumers": [(b"ann", 1700000000002, 1700000000003),
                       (b"bob", 1700000000004, -1)]}


def file_of_everything(longest=99999, version=12):
    """Returns a file with every form of every type but modules that a version has, and its meaning:
    {key: value}."""
    texts = [text for text in TEXTS if len(text) < longest]
    mixed = texts + [b"%d" % number for number in NUMBERS]
    rows = [(b"b", -2.5), (b"a", 1.0), (b"d", 3.0000000000000004)]
    fields = [(b"f", b"1"), (b"", b"v" * 100), (b"n", b"-70000")]
    file = make.File(version).aux(b"redis-ver", b"7.4.0").select(0)
    file.resize(30, 2).function(b"#!lua name=l\n").expire_s(2000000000)
    file.text(b"s", b"v").expire_ms(4000000000001).idle(7).text(b"n", b"-5")
    file.freq(200).key(0, b"lzf", make.packed(b"ab" * 400))
    due = {b"s": b"v", b"n": b"-5", b"lzf": b"ab" * 400}
    values = {"list": mixed, "set": set(mixed), "hash": dict(fields),
              "zset": dict(rows)}
    for number, (kind, _, body, first) in enumerate(make.forms(
            mixed, fields, rows, [NUMBERS], b"large" * 9)):
        if first > version:
            continue
        key = b"form%d" % number
        due[key] = values[rdb_format.TYPES[kind].name]
        file.key(kind, key, body)
        if kind in (3, 5):
            due[key] = {**due[key], **dict(make.WILD)}
        elif kind == 11:
            due[key] = {b"%d" % number for number in NUMBERS}
        elif kind == 18:
            due[key] = mixed[:3] + [b"large" * 9] + mixed[3:]
    for form, kind in ((1, 15), (2, 19), (3, 21))[:2 + (version > 10)]:
        file.key(kind, b"type%d" % kind, make.stream(
            STREAM, (9, 9), [GROUP], form, deleted=[(1, 2)] if form == 1 else ()))
    return file.select(7).text(b"s", b"another").end(), due


class Codec(unittest.TestCase):
    def test_the_checksum_of_the_nine_digits(self):
        self.assertEqual(rdb_codec.crc64(b"123456789"), 0xe9c6d914c4b8d9ca)
        self.assertEqual(rdb_codec.crc64(b""), 0)

    def test_the_checksum_goes_on(self):
        first = rdb_codec.crc64(b"1234")
        self.assertEqual(rdb_codec.crc64(b"56789", first),
                         0xe9c6d914c4b8d9ca)

    def test_lzf_goes_both_ways(self):
        rng = random.Random(1)
        for size in list(range(70)) + [300, 5000, 70000]:
            for letters in (1, 2, 256):
                data = bytes(rng.randrange(letters) for _ in range(size))
                self.assertEqual(rdb_codec.lzf_unpack(
                    rdb_codec.lzf_pack(data), size), data)

    def test_lzf_that_is_damaged_is_refused(self):
        packed = rdb_codec.lzf_pack(b"abcabcabcabc" * 30)
        for data, size in ((packed, 359), (packed, 361), (packed[:-1], 360),
                           (b"\x20\x05", 3), (b"\x05abc", 6), (b"\xe0", 9),
                           (b"\xe0\x01", 9)):
            with self.assertRaises(Damage):
                rdb_codec.lzf_unpack(data, size)


class Blocks(unittest.TestCase):
    def test_what_is_made_is_read(self):
        for kind, block, due in (
                ("listpack", make.listpack(MIXED), MIXED),
                ("ziplist", make.ziplist(MIXED), MIXED),
                ("intset", make.intset(NUMBERS),
                 [b"%d" % number for number in sorted(NUMBERS)]),
                ("zipmap", make.zipmap([(b"a", b"b" * 300)], 2),
                 [b"a", b"b" * 300])):
            pieces = []
            self.assertEqual(rdb_blocks.read(kind, block, 0, pieces.append),
                             due)
            at = 0
            for piece in pieces:
                self.assertEqual(piece.at, at)
                at += piece.size
            self.assertEqual(at, len(block))

    def test_a_block_that_was_cut_or_changed_never_surprises(self):
        rng = random.Random(2)
        for kind, block in (
                ("listpack", make.listpack(MIXED[:8] + MIXED[-9:])),
                ("ziplist", make.ziplist(MIXED[:8] + MIXED[-9:])),
                ("intset", make.intset(NUMBERS)),
                ("zipmap", make.zipmap([(b"a", b"b" * 300)]))):
            for size in range(len(block)):
                with self.assertRaises(Damage):
                    rdb_blocks.read(kind, block[:size])
            for _ in range(500):
                data = bytearray(block)
                data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
                with contextlib.suppress(Damage):
                    rdb_blocks.read(kind, bytes(data))


class Files(unittest.TestCase):
    def test_everything_is_read(self):
        data, due = file_of_everything()
        parser = rdb_format.parse(data)
        self.assertIsNone(parser.damage, parser.damage)
        self.assertEqual(parser.checksum, "right")
        found = parser.databases[0]
        for name, value in due.items():
            self.assertEqual(found[name].value, value, name)
        self.assertEqual(found[b"s"].expiry, 2000000000000)
        self.assertEqual(found[b"n"].expiry, 4000000000001)
        self.assertEqual(found[b"n"].idle, 7)
        self.assertEqual(found[b"lzf"].freq, 200)
        self.assertEqual(parser.databases[7][b"s"].value, b"another")

    def test_streams_of_each_form(self):
        data, _ = file_of_everything()
        found = rdb_format.parse(data).databases[0]
        one, two, three = (found[b"type%d" % n].value for n in (15, 19, 21))
        entries = [entry for block in STREAM for entry in block]
        self.assertEqual(two.entries, entries)
        self.assertEqual(one.entries, [entries[0]] + entries[2:])
        self.assertEqual(two.groups[b"gr"].read, 2)
        self.assertIsNone(one.groups[b"gr"].read)
        self.assertEqual(three.groups[b"gr"].consumers[b"ann"],
                         (1700000000002, 1700000000003))
        self.assertEqual(three.groups[b"gr"].pending[(1, 2)],
                         (b"bob", 1700000000001, 3))

    def test_fields_lie_one_behind_the_other(self):
        data, _ = file_of_everything()
        at = 0
        for field in rdb_format.parse(data).fields:
            self.assertEqual(field.at, at)
            at += field.size
        self.assertEqual(at, len(data))

    def test_every_version(self):
        for version in range(1, 13):
            data = make.File(version).select(0).text(b"k", b"v").end()
            parser = rdb_format.parse(data)
            self.assertIsNone(parser.damage)
            self.assertEqual(parser.version, version)
            self.assertEqual(parser.checksum,
                             "right" if version >= 5 else None)

    def test_a_cut_is_damage_at_the_end(self):
        data, _ = file_of_everything(99)
        for size in list(range(0, len(data), 97)) + list(
                range(len(data) - 60, len(data))):
            parser = rdb_format.parse(data[:size], fields=False)
            self.assertIsNotNone(parser.damage, size)
            self.assertLessEqual(parser.damage.at, size)

    def test_any_changed_bit_is_found(self):
        data, _ = file_of_everything(99)
        rng = random.Random(3)
        for _ in range(120):
            bad = bytearray(data)
            bad[rng.randrange(9, len(bad))] ^= 1 << rng.randrange(8)
            self.assertIsNotNone(rdb_format.parse(bytes(bad), False).damage)

    def test_noise_never_surprises(self):
        rng = random.Random(4)
        for size in range(400):
            data = b"REDIS0009" + bytes(rng.randrange(256)
                                        for _ in range(size))
            self.assertIsNotNone(rdb_format.parse(data, False).damage)

    def test_what_is_wrong_is_said_with_its_place(self):
        def why(data):
            damage = rdb_format.parse(data).damage
            return damage.at, damage.why
        good = make.File().select(0).text(b"k", b"v")
        self.assertEqual(why(b"RUDIS0009")[0], 0)
        self.assertIn("0001 to 0012", why(b"REDIS0013")[1])
        self.assertIn("checksum", why(good.end(b"12345678"))[1])
        self.assertIn("1 bytes stand behind", why(good.end() + b"x")[1])
        twice = make.File().select(0).text(b"k", b"v").text(b"k", b"w").end()
        self.assertEqual(why(twice), (16, "the key stands in the file twice"))
        many = make.File().select(0).key(1, b"l", make.length(1 << 60)).end()
        self.assertIn("more than the 9 bytes", why(many)[1])


def shown(*words, deep=False):
    """Returns the status of dissect, and its output."""
    return said(dissect.main, words, deep)[:2]


class Shown(InFolder):
    def put(self, name, data):
        put(name, data)
        return name

    def test_a_whole_file(self):
        data, _ = file_of_everything()
        status, text = shown("rdb", self.put("all.rdb", data), deep=True)
        self.assertEqual(status, 0)
        lines = text.splitlines()
        self.assertIn("whole: RDB version 12, 22 keys in database 0, 1 keys "
                      "in database 7, the checksum is right", lines[-1])
        self.assertLessEqual(max(map(len, lines[1:-1])), 80)

    def test_a_damaged_file_is_shown_up_to_the_damage(self):
        data, _ = file_of_everything(99)
        for size in range(0, len(data), 211):
            status, text = shown("rdb", self.put("cut.rdb", data[:size]))
            self.assertEqual(status, 1)
            self.assertIn("damaged at byte ", text.splitlines()[-1])

    def test_times_are_dates(self):
        data = make.File().select(0).expire_ms(1700000000000).text(
            b"k", b"v").end()
        _, text = shown("rdb", self.put("x.rdb", data))
        self.assertIn("expiry 1700000000000 ms, 2023-11-14 22:13", text)

    def test_a_log(self):
        rdb = make.File().select(0).text(b"k", b"v").end()
        log = (b"*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n#TS:17\r\n"
               b"*3\r\n$3\r\nSET\r\n$1\r\na\r\n$2\r\n\r\n\r\n")
        status, text = shown("aof", self.put("x.aof", rdb + log))
        self.assertEqual(status, 0)
        self.assertIn("then 2 commands", text)
        status, text = shown("aof", self.put("x.aof", rdb + log[:-1]))
        self.assertEqual(status, 1)
        self.assertIn("whole up to byte %d" % (len(rdb) + 31 - 8), text)

    def test_a_folder(self):
        self.put("a.1.base.rdb", make.File().select(0).text(
            b"k", b"v").end())
        self.put("a.1.incr.aof", b"*1\r\n$4\r\nPING\r\n")
        self.put("a.manifest", b"file a.1.base.rdb seq 1 type b\n"
                 b"file a.1.incr.aof seq 1 type i\n"
                 b'file "a.2.incr.aof" seq 2 type i\n')
        folder = aof_format.Folder(self.folder)
        self.assertEqual(folder.missing, ["a.2.incr.aof"])
        self.assertEqual(folder.commands(), [[b"PING"]])
        self.assertEqual(folder.logs["a.1.base.rdb"].rdb.databases[0][
            b"k"].value, b"v")
        status, text = shown("aof", self.folder)
        self.assertEqual(status, 1)
        self.assertIn("a.2.incr.aof: is not there", text)
        self.put("a.2.incr.aof", b"")
        self.assertEqual(shown("aof", self.folder)[0], 0)

    def test_a_torn_log_is_told_from_a_corrupt_one(self):
        log = b"*2\r\n$3\r\nGET\r\n$1\r\na\r\n" * 2
        for size in range(21, 40):
            found = aof_format.parse(log[:size])
            self.assertTrue(found.damage and found.torn, size)
            self.assertEqual(found.whole, 20)
        for bad in (log.replace(b"*", b"+", 1), log[:20] + b"xyz\r\n" + log,
                    log[:18] + b"XX" + log[20:], b"*0\r\n", b"*x\r\n" + log):
            found = aof_format.parse(bad)
            self.assertTrue(found.damage and not found.torn, bad)

    def test_requests_and_replies(self):
        data = (b"*2\r\n$4\r\nECHO\r\n$2\r\n\r\n\r\n+OK\r\n-ERR x\r\n:7\r\n"
                b"$-1\r\n*-1\r\n%1\r\n+a\r\n,1.5\r\n_\r\nPING\r\n")
        status, text = shown("resp", self.put("x.resp", data))
        self.assertEqual(status, 0, text)
        self.assertIn("9 requests or replies", text)
        for size in range(1, len(data)):
            self.assertIn(shown("resp", self.put("x", data[:size]))[0], (0, 1))


class Evidence(unittest.TestCase):
    def test_evidence_fits_a_terminal(self):
        data, _ = file_of_everything(99)
        for at in range(0, len(data), 299):
            lines = dissect.Evidence("x.rdb", data, at).lines("out/08.2.rdb")
            self.assertLessEqual(max(map(len, lines)), 80)
            self.assertEqual(sum(line[0] == ">" for line in lines), 1)
        self.assertEqual(dissect.Evidence("e", b"").lines(), ["  e: 0 bytes"])


@unittest.skipUnless(shutil.which("redis-check-rdb"), "needs redis-check-rdb")
class Real(unittest.TestCase):
    def test_the_real_checker_reads_what_is_made(self):
        with tempfile.NamedTemporaryFile(suffix=".rdb") as file:
            file.write(file_of_everything(version=10)[0])
            file.flush()
            status, said = ran(["redis-check-rdb", file.name])
            self.assertEqual(status, 0, said)
