"""Variants: the judge speaks another language, and says so."""

import os
import re
import unittest

from harness import cli, manifest, settings_file, variant, whole
from harness.model import FAILED, PASSED, SetupError, read_file
from harness.tests.helpers import InFolder, get, put

WORD, STAGE = "pear", "05"


class Language(unittest.TestCase):
    def setUp(self):
        self.addCleanup(setattr, variant, "spoken", None)
        variant.spoken = self.made = variant.Variant(WORD, STAGE)

    def test_there_and_back(self):
        for name, other in self.made.names.items():
            for text in (name, "*1\r\n$4\r\n%s\r\n" % name, "-%s x" % name,
                         "'%s'" % name, "%sX" % name):
                data = text.encode()
                self.assertEqual(self.made.put(data),
                                 text.replace(name, other).encode())
                self.assertEqual(self.made.put(self.made.put(data)), data)
                if name != "ERR":
                    self.assertEqual(self.made.put(data.lower()),
                                     text.replace(name, other).lower().encode())

    def test_what_is_no_name_stays(self):
        for text in ("-XRR Protocol error: err", "offset", "RESET", "xPING", "PONG",
                     "increment", "no such key"):
            self.assertEqual(self.made.put(text.encode()), text.encode())

    def test_pieces_make_no_difference(self):
        data = b"".join(b"$1\r\n%s\r\n" % name.encode() for name in self.made.names)
        whole = self.made.put(data)
        for cut in range(len(data) + 1):
            stream = variant.Stream()
            self.assertEqual(stream.put(data[:cut]) + stream.put(data[cut:]), whole)
        stream = variant.Stream()
        self.assertEqual(b"".join(stream.put(bytes([byte])) for byte in data), whole)

    def test_it_depends_on_the_word_and_grows_with_the_stages(self):
        again = variant.Variant(WORD, STAGE)
        self.assertEqual(again.names, self.made.names)
        self.assertNotEqual(variant.Variant("plum", STAGE).names, self.made.names)
        more = variant.Variant(WORD, "06").names
        self.assertEqual({name: more[name] for name in self.made.names},
                         self.made.names)
        self.assertEqual(len(self.made.handout()), len(self.made.names) + 1)
        for stage in ("02", "07"):
            with self.assertRaises(SetupError):
                variant.Variant(WORD, stage)

    def test_messages_are_put_into_it_behind_written_line_ends(self):
        self.assertEqual(self.made.text(r'sent "*1\r\n$4\r\nPING\r\n"'),
                         r'sent "*1\r\n$4\r\n%s\r\n"' % self.made.names["PING"])
        self.assertEqual(self.made.text("FAIL 04.1 SET    lesson: x#set-and-get"),
                         "FAIL 04.1 %s    lesson: x#set-and-get"
                         % self.made.names["SET"])


class Judged(InFolder):
    """A naive server that was written for the variant, and one that was not."""

    def results(self, server, *ids):
        self.addCleanup(setattr, variant, "spoken", None)
        args = cli.parser().parse_args(
            ["--stage", STAGE, "--variant", WORD,
             "--server", "python3 %s 05 {port}" % server])
        args.only = list(ids)
        checkpoints, _, _, options = cli.set_up(cli.load(args), args)
        return whole.run_all(checkpoints, options, False)

    def test_who_speaks_it_passes_and_who_speaks_redis_does_not(self):
        naive = os.path.join(manifest.TESTS, "naive", "threads.py")
        made = variant.Variant(WORD, STAGE)
        put("mine.py", re.sub(rb'b"[^"]*"|"set"',      # its names stand in literals
                              lambda text: made.put(text.group()), read_file(naive)))
        mine = self.results("mine.py", "02.3", "03.2", "03.3", "03.4", "03.5", "03.7",
                            "04.1", "04.3", "05.1", "05.2")
        self.assertEqual([r.status for r in mine], [PASSED] * 10,
                         [r.failure.lines for r in mine if r.failure])
        [found] = self.results(naive, "04.1")
        self.assertEqual(found.status, FAILED)
        said = "\n".join(found.failure.lines)
        self.assertIn(made.names["SET"], said)
        put("check.toml", 'variant = "%s"\n' % WORD)
        args = cli.parser().parse_args(["--stage", "03"])
        settings_file.apply(args)
        self.assertEqual(args.variant, WORD)
        self.assertIn("variant %s\n" % WORD, get(found.failure.artefact))
