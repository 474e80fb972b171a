"""Pages in a browser without a window: Chromium, where it is installed."""

import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_browser = unittest.skipUnless(PROGRAM, "chromium is not installed")


def run(url, *options, seconds=60):
    """What Chromium prints for a page."""
    with tempfile.TemporaryDirectory(prefix="browser-") as profile:
        done = subprocess.run(
            [PROGRAM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             "--user-data-dir=" + profile, *options, url], check=True, timeout=seconds,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return done.stdout.decode("utf-8", "replace")


def dom(url, milliseconds=5000):
    """The page as its scripts have made it, after so long a time of its own."""
    return run(url, "--virtual-time-budget=%d" % milliseconds, "--dump-dom")


def text(page):
    """What a reader sees of it, more or less."""
    page = re.sub(r"<(script|style).*?</\1>|<[^>]*>", "", page, flags=re.DOTALL)
    return page.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def picture(url, path, dark=False, size="1280,1000", milliseconds=5000):
    """A PNG of the page."""
    run(url, "--virtual-time-budget=%d" % milliseconds, "--window-size=" + size,
        "--blink-settings=preferredColorScheme=" + ("0" if dark else "1"),
        "--screenshot=" + path)


def main(words):
    """browser.py URL FILE.png [dark]: what it looks like."""
    picture(words[0], words[1], dark=words[2:] == ["dark"])


if __name__ == "__main__":
    main(sys.argv[1:])
