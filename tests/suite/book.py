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

    def setUp(self):
        self.browser = browser.Browser()
        self.addCleanup(self.browser.close)

    def shows(self, path, *texts):
        self.browser.open(SITE.as_uri() + "/" + path)
        for text in texts:
            self.assertNotIn("{:", self.browser.until(text))

    def test_three_pages(self):
        self.shows("stages/04-strings/index.html", "Stage 04: keys and values",
                   "Table of contents", "dict.c, line ")
        self.shows("stages/04-strings/dict.c.html", "stages/04-strings/dict.c",
                   "static void grow(struct dict *dict) {")
        self.shows("index.html?q=SCAN", "matching documents", "Stage 04: keys and values")


if __name__ == "__main__":
    unittest.main()
