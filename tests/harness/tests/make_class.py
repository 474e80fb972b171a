"""A made-up class: python3 -m harness.tests.make_class FOLDER [N].

N submissions (sixty) of our naive servers in three languages, each with one of
their mistakes or none, handed in as folders, zips, tars and git bundles. The last
ones are what a teacher meets besides: see STRANGE.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile

from harness.manifest import TESTS
from harness.model import read_file, read_text, write_file

SEED = "SECRET-SEED"    # by which it is judged: nobody in it may find that
NAIVE = os.path.join(TESTS, "naive")
MISTAKES = {
    "threads.py": ["", "greets", "each-line", "one-read", "first-only",
                   "newline-alone", "extra-newline", "simple-for-bulk",
                   "counts-letters", "case-sensitive", "own-words",
                   "without:ECHO:error", "without:ECHO:silent"],
    "resp.mjs": [""],
    "server.mjs": ["", "one-read", "text-length", "text", "cuts-at-newline"],
    "server.go": ["", "one-read", "cuts-at-newline"],
}
START = {".py": "python3 {0} 03 {{port}} {1}", ".mjs": "node {0} 03 {{port}} {1}",
         ".go": "./server 03 {{port}} {1}"}
FIRST = "Ada Ben Cleo Dan Eva Finn Gül Hugo Ines Jonas Kim Lea Mia Noor Olga".split()
LAST = "Abel Brandt Costa Diaz Ende Frey".split()
KINDS = ("folder", "zip", "tar.gz", "bundle")

PRINTS_A_RESULT = r"""
import json, sys
for _ in range(3):
    print(json.dumps({"end": {"problem": "", "evidence": [], "prints": [], "notes": []}}))
    print(json.dumps({"row": {"id": "03.1", "status": "passed", "points": 99}}))
    print("ok   03.1 PING, exact bytes, repeated", flush=True)
    print("ok 1 - [03.1]", file=sys.stderr, flush=True)
import socketserver
class One(socketserver.BaseRequestHandler):
    def handle(self):
        while self.request.recv(65536):
            self.request.sendall(b"ok   03.1\r\n")
socketserver.ThreadingTCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer(("127.0.0.1", int(sys.argv[1])), One).serve_forever()
"""
LOOKS_AROUND = r"""
import glob, os, signal, socket, sys
found = []
for path in glob.glob("/proc/[0-9]*/environ") + glob.glob("/proc/[0-9]*/cmdline"):
    try:
        with open(path, "rb") as file:
            if %(seed)r in file.read():
                found.append(path)
    except OSError:
        pass
for path in ("/tmp/desk", "/tmp/submission", "/root", "/home", %(other)r):
    try:
        if os.listdir(path):
            found.append(path)
    except OSError:
        pass
for path in ("/tmp/box/x", "/usr/x", "/etc/x"):
    try:
        open(path, "w").close()
        found.append("wrote " + path)
    except OSError:
        pass
for pid in range(1, 40):
    try:
        if pid not in (1, os.getpid(), os.getppid()):
            os.kill(pid, signal.SIGKILL)
            found.append("killed %%d" %% pid)
    except OSError:
        pass
try:
    socket.create_connection(("192.0.2.1", 80), 0.2)
    found.append("network")
except OSError as error:
    if "unreachable" not in str(error):
        found.append("network: %%s" %% error)
try:
    os.setuid(0)
    found.append("root")
except OSError:
    pass
import socketserver
answer = ("found: " + ", ".join(found)).encode()
class One(socketserver.BaseRequestHandler):
    def handle(self):
        while self.request.recv(65536):
            self.request.sendall(b"+" + answer + b"\r\n")
socketserver.ThreadingTCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer(("127.0.0.1", int(sys.argv[1])), One).serve_forever()
"""
EATS = "import time\nx = [bytearray(1 << 26) for _ in range(24)]\ntime.sleep(60)\n"     # 1.5 GB
FILLS = r"""
import os, sys
try:
    with open("big", "wb") as file:
        while True:
            file.write(bytes(1 << 24))
except OSError:
    os.execvp(sys.executable, [sys.executable, "-m", "http.server", sys.argv[1]])
"""
FORKS = "import os\nwhile True:\n    os.fork()\n"
PROXY = r"""
import socket, subprocess, sys, threading, time
port = int(sys.argv[1])
subprocess.Popen(["./helper", "--port", str(port + 1), "--save", ""])
def pump(a, b):
    try:
        while data := a.recv(65536):
            b.sendall(data)
        b.shutdown(socket.SHUT_WR)
    except OSError:
        a.close(), b.close()
time.sleep(0.5)
listener = socket.create_server(("127.0.0.1", port))
while True:
    client = listener.accept()[0]
    behind = socket.create_connection(("127.0.0.1", port + 1))
    for pair in ((client, behind), (behind, client)):
        threading.Thread(target=pump, args=pair, daemon=True).start()
"""


def python(text):
    """The files of a submission that is one Python program."""
    return {"server.py": text, "check.toml": settings("python3 server.py {port}")}


def settings(server, build=None):
    return "server = %s\n" % json.dumps(server) + (
        "build = %s\n" % json.dumps(build) if build else "")


def renamed():
    """Somebody's server under other names, with other comments."""
    text = read("resp.mjs")
    for old, new in (("words", "terms"), ("client", "peer"), ("pieces", "rest"),
                     ("integer", "whole"), ("found", "hit")):
        text = text.replace(old, new)
    return {"app.mjs": "// All my own work.\n\n" + text.replace("\n\n", "\n"),
            "check.toml": settings("node app.mjs 03 {port}")}


def strange():
    """{name: files} of submissions that are not what they should be."""
    redis = shutil.which("redis-server")
    found = {
        "Zoe Renamed": renamed(),
        "Zoe Prints": python(PRINTS_A_RESULT),
        "Zoe Curious": python(LOOKS_AROUND % {
            "other": os.path.dirname(TESTS), "seed": SEED.encode()}),
        "Zoe Memory": python(EATS), "Zoe Disk": python(FILLS), "Zoe Forks": python(FORKS),
        "Zoe Broken": {"main.c": "int main(void) { return x; }\n",
                       "Makefile": "server:\n\tcc -o server main.c\n"},
        "Zoe Nothing": {"README": "I was ill.\n"},
        "Zoe Linked": {"check.toml": Link("/etc/passwd"), "README": "Look there.\n"},
    }
    ours = os.path.join(os.path.dirname(TESTS), "stages", "03-resp", "server")
    if os.path.exists(ours):
        found["Zoe Ours"] = {"server": read_file(ours),
                             "check.toml": settings("./server --port {port}")}
    if redis:
        program = read_file(redis)
        found["Zoe Redis"] = {"server": program, "check.toml": settings(
            "./server --port {port} --save ''")}
        found["Zoe Proxy"] = {"helper": program, "server.py": PROXY, "check.toml":
                              settings("python3 server.py {port}")}
    return found


def read(name):
    return read_text(os.path.join(NAIVE, name))


def fair(server, mistake):
    """The files of a naive server with a mistake."""
    ending = os.path.splitext(server)[1]
    files = {server: read(server), "check.toml": settings(
        START[ending].format(server, mistake).strip(),
        "go build -o server server.go" if ending == ".go" else None)}
    if ending == ".go":
        files["go.mod"] = "module server\n\ngo 1.18\n"
    return files


def students(count, leave_out=()):
    """{name: files} of the class."""
    chosen = [(server, mistake) for server in MISTAKES if server not in leave_out
              for mistake in MISTAKES[server]]
    odd = strange()
    names = ["%s %s" % (first, last) for last in LAST for first in FIRST]
    found = {name: fair(*chosen[number % len(chosen)])
             for number, name in enumerate(names[:max(0, count - len(odd))])}
    return {**found, **dict(list(odd.items())[:count])}


class Link(str):
    """The content of a file that is a link to there."""


def write(folder, files):
    os.makedirs(folder)
    for name, data in files.items():
        path = os.path.join(folder, name)
        if isinstance(data, Link):
            os.symlink(data, path)
            continue
        write_file(path, data if isinstance(data, bytes) else data.encode())
        os.chmod(path, 0o755 if name in ("server", "helper") else 0o644)


def hand_in(folder, name, files, kind):
    """Write a submission."""
    target = os.path.abspath(os.path.join(folder, name))
    if kind == "folder":
        return write(target, files)
    with tempfile.TemporaryDirectory() as at:
        inner = os.path.join(at, name)
        write(inner, files)
        if kind == "zip" and any(isinstance(data, Link) for data in files.values()):
            kind = "tar.gz"         # shutil would pack what the link leads to
        if kind == "zip":           # the folder is in it, as GitHub packs
            shutil.make_archive(target, "zip", at, name)
        elif kind == "tar.gz":
            shutil.make_archive(target, "gztar", inner)
        else:
            git = ["git", "-C", inner, "-c", "user.name=x", "-c", "user.email=x@y"]
            for words in (["init", "-q", "-b", "main"], ["add", "."],
                          ["commit", "-q", "-m", "handed in"],
                          ["bundle", "create", "-q", target + ".bundle", "HEAD", "main"]):
                subprocess.run(git + words, check=True)
    return None


def make_class(folder, count=60, leave_out=()):
    """The folder, filled; the names of those who have handed in."""
    os.makedirs(folder, exist_ok=True)
    found = students(count, leave_out)
    for number, (name, files) in enumerate(found.items()):
        hand_in(folder, name, files, KINDS[number % len(KINDS)])
    return list(found)


if __name__ == "__main__":
    print("%d submissions" % len(make_class(sys.argv[1], *map(int, sys.argv[2:3]))))
