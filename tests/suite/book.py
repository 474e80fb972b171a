"""The book, for book.bats: its links, and three of its pages in a browser."""

import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "common" / "tools"), str(ROOT / "tests")]
sys.dont_write_bytecode = True

import book_links  # noqa: E402
from harness.tests import browser  # noqa: E402

SITE = ROOT / "out" / "book"


class Links(unittest.TestCase):
    def test_each_wrong_one_is_told(self):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "a.html").write_text(
                '<h1 id="here">a</h1><a href="#here"></a><a href="b.html#there"></a>'
                '<a href="c.html"></a><a href="https://example.org/"></a>'
                '<script src="https://example.org/x.js"></script>', encoding="utf-8")
            Path(folder, "b.html").write_text("b", encoding="utf-8")
            pages, wrong = book_links.check(folder)
        self.assertEqual((pages, wrong), (2, [
            "a.html: b.html#there has no such anchor", "a.html: c.html leads nowhere",
            "a.html: https://example.org/x.js comes from elsewhere"]))


@browser.needs_browser
class InBrowser(unittest.TestCase):
    """The pages are read from the disk, as somebody without a network does."""

    def page(self, path):
        return browser.text(browser.dom((SITE / "index.html").as_uri().replace(
            "index.html", path)))

    def test_a_lesson(self):
        text = self.page("stages/04-strings/index.html")
        for words in ("Stage 04: keys and values", "Table of contents", "dict.c"):
            self.assertIn(words, text)

    def test_a_source(self):
        text = self.page("stages/04-strings/dict.c.html")
        self.assertIn("stages/04-strings/dict.c", text)
        self.assertIn("static void grow(struct dict *dict) {", text)

    def test_the_search(self):
        text = self.page("index.html?q=SCAN")
        self.assertIn("matching documents", text)
        self.assertIn("Stage 04: keys and values", text)


if __name__ == "__main__":
    unittest.main()
