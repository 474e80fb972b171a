"""Pages in a browser without a window: Chromium, where it is installed.

It is told what to do through a pair of pipes, in the DevTools protocol: a JSON object
each, and a NUL behind it.
"""

import json
import os
import select
import shutil
import subprocess
import tempfile
import time
import unittest

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_browser = unittest.skipUnless(PROGRAM, "chromium is not installed")
PATIENCE = 60.0         # seconds that it may take to answer, or a page to show something


class Browser:
    """A browser with one page."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="browser-")
        self.number = 0
        self.buf = b""
        self.reading, theirs_out = os.pipe()
        theirs_in, self.writing = os.pipe()
        # It hears on descriptor 3 and speaks on 4.
        command = ("exec 3<&%d 4>&%d; exec \"$0\" --headless --no-sandbox --disable-gpu "
                   "--hide-scrollbars --no-first-run --disable-extensions "
                   "--disable-background-networking --remote-debugging-pipe "
                   "--window-size=1280,1000 --user-data-dir=\"$1\" about:blank"
                   % (theirs_in, theirs_out))
        self.process = subprocess.Popen(
            ["bash", "-c", command, PROGRAM, self.folder], pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(theirs_in)
        os.close(theirs_out)
        self.session = None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target,
                                flatten=True)["sessionId"]

    def ask(self, method, **params):
        """The result of a method of the protocol."""
        self.number += 1
        told = {"id": self.number, "method": method, "params": params}
        if self.session:
            told["sessionId"] = self.session
        os.write(self.writing, json.dumps(told).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise AssertionError("%s: %s" % (method, answer["error"]))
                return answer["result"]

    def _next(self):
        while b"\0" not in self.buf:
            if not select.select([self.reading], [], [], PATIENCE)[0]:
                raise AssertionError("the browser says nothing")
            data = os.read(self.reading, 1 << 20)
            if not data:
                raise AssertionError("the browser has ended")
            self.buf += data
        line, _, self.buf = self.buf.partition(b"\0")
        return json.loads(line)

    def open(self, url):
        self.ask("Page.navigate", url=url)

    def value(self, script):
        """What an expression of JavaScript is in the page."""
        return self.ask("Runtime.evaluate", expression=script,
                        returnByValue=True)["result"].get("value")

    def until(self, words):
        """Wait until a reader sees these words; all that is seen then."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            text = self.value("document.body ? document.body.innerText : ''") or ""
            if words in text:
                return text
            time.sleep(0.02)
        raise AssertionError("the page does not show %r but\n%s" % (words, text))

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.reading)
        os.close(self.writing)
        shutil.rmtree(self.folder, ignore_errors=True)
