"""Checks the links of a folder of HTML pages, for common/tools/book.

Each must lead to a file of the folder, and to an anchor that is there. Links to
other sites are for readers to follow; but nothing that a page needs (a script, a
style, a picture) may come from one.
"""

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

NEEDED = {"script", "img", "source", "iframe"}


class Page(HTMLParser):
    """The anchors of a page, and what it links: (link, whether it is needed)."""

    def __init__(self, path):
        super().__init__()
        self.anchors = {"", "__top"}
        self.links = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.anchors |= {attrs.get("id"), attrs.get("name")}
        needed = tag in NEEDED or tag == "link" and attrs.get("rel") == "stylesheet"
        for link in (attrs.get("href"), attrs.get("src")):
            if link is not None:
                self.links.append((link, needed))


def wrong_link(site, pages, path, link, needed):
    """What is wrong with a link of the page at this path; None if nothing is."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return "comes from elsewhere" if needed and parts.scheme != "data" else None
    to = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if to.is_dir():
        to /= "index.html"
    if not to.is_relative_to(site) or not to.exists():
        return "leads nowhere"
    if to in pages and unquote(parts.fragment) not in pages[to].anchors:
        return "has no such anchor"
    return None


def check(site):
    """The number of pages, and a line for each link that is wrong."""
    site = Path(site).resolve()
    # The page for what is not found belongs to a server, not to a disk.
    pages = {path: Page(path) for path in site.rglob("*.html") if path.name != "404.html"}
    wrong = []
    for path, page in sorted(pages.items()):
        for link, needed in page.links:
            why = wrong_link(site, pages, path, link, needed)
            if why:
                wrong.append("%s: %s %s" % (path.relative_to(site), link, why))
    return len(pages), wrong
