"""Signs that a server is not the work of whoever handed it in.

Once the verdict is known, the server is started once more and looked at:

    programs    the files that its processes run, by name and by texts that only one
                program holds: redis-server, one of its forks, this project's
    itself      what it says about itself when asked, in INFO and on its way up
    other ports the connections that it opens while it is asked, where a proxy would
                ask another server
    ahead       the commands that it answers although the stage does not teach them;
                the seed draws which ones are asked, and with which values

Each sign is a sentence for the teacher, who decides: a student who has finished stage 05 rightly
answers SET in a lab on stage 03. It costs no points.
"""

import mmap
import os
import random
import socket

from .. import kernel
from ..manifest import read_ini
from ..model import Mismatch, SetupError
from ..server import Server
from ..wire import Client, Malformed, NoReply
from . import similar

INI = read_ini(os.path.join(os.path.dirname(__file__), "evidence.ini"))
MARKS = {owner: [mark.encode() for mark in marks.split(", ")]
         for owner, marks in INI["programs"].items()}
AHEAD = [(stage, " ".join(row.split())) for stage, rows in INI["ahead"].items()
         for row in rows.split(";")]
KNOWN_NAMES = ("redis", "valkey", "keydb", "dragonfly", "garnet")
PATIENCE = 1.0          # seconds for a reply
BUSY = 10               # as often it is waited for if the server has no CPU meanwhile
FEW = 3                 # as many commands of later stages are no sign yet


def handed_out(folders):
    """Returns whose texts are in the files that were handed out, so that they are no sign: a lab in
    C begins with the stage before."""
    text = b"".join(similar.read(folder, name) for folder in folders
                    for name in similar.sources(folder))
    return [owner for owner, marks in MARKS.items()
            if all(mark in text for mark in marks)]


def look(command, walls, stage, seed, given=()):
    """Returns the signs, as sentences. given: see handed_out."""
    server = Server(command, walls=walls)
    try:
        server.start()
        with Patient(server) as client:
            ask(client, "PING")
            found = programs(server.pids(), given) + other_ports(server)
            found += itself(client, server, given) if stage >= "03" else []
            found += ahead(client, server, stage, seed) if stage >= "03" else []
        return found
    except (Mismatch, SetupError, OSError):
        return []                   # it does not start, so there is no work to doubt
    finally:
        server.stop(0)


class Patient(Client):
    """A client that waits longer while the server has to wait for a CPU."""

    def __init__(self, server):
        super().__init__(server.address, PATIENCE)
        self.server = server

    def more(self):
        for _ in range(BUSY):
            before = self.server.starved()
            try:
                return super().more()
            except socket.timeout:
                # The time is known only when it has got one.
                if (self.server.starved() - before < PATIENCE / 4
                        and "R" not in self.server.states()):
                    break
        raise socket.timeout("no reply")


def ask(client, *words):
    """Returns (kind, text) of a reply; (None, b"") if no readable one comes."""
    try:
        kind, text = client.ask(*words)
        return kind, text if isinstance(text, bytes) else repr(text).encode()
    except (Malformed, NoReply, OSError):
        return None, b""


def programs(pids, given):
    """Looks at the programs that the processes run."""
    found = []
    for pid in pids:
        path = "/proc/%d/exe" % pid
        try:
            name = os.readlink(path)
            base = os.path.basename(name)
            known = [word for word in KNOWN_NAMES if base.startswith(word)]
            if known:
                found.append("it runs a program named %s" % base)
            if name.startswith("/usr/") and not known:
                continue            # an interpreter, and the walls themselves
            found += ["the program that it runs, %s, has texts that only %s has"
                      % (base, owner) for owner in owners(path) if owner not in given]
        except OSError:
            continue
    return sorted(set(found))


def owners(path):
    """Returns whose texts a program holds."""
    with open(path, "rb") as file:
        try:
            view = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError:          # the file is empty
            return []
        with view:
            return [owner for owner, marks in MARKS.items()
                    if all(view.find(mark) >= 0 for mark in marks)]


def other_ports(server):
    """Looks at connections that it opened itself, and at other ports on which it listens."""
    pids = server.pids()
    sockets = {target[8:-1] for pid in pids
               for target in kernel.descriptors(pid).values()
               if target.startswith("socket:[")}
    listens = set(kernel.ports_of(pids))
    peers = sorted({port for inode, own, port in kernel.sockets(kernel.CONNECTED)
                    if inode in sockets and own not in listens})
    found = ["it has a connection to port %d while it is asked, as a proxy would"
             % port for port in peers]
    more = sorted(listens - {server.port})
    return found + ["it also listens on port %d" % port for port in more]


def itself(client, server, given):
    """Looks at the names that it gives itself."""
    text = ask(client, "INFO")[1].decode("utf-8", "replace")
    text += "\n".join(server.last_lines()[1])
    found = ["it calls itself %s" % name for name, owner in INI["names"].items()
             if name in text.lower() and owner not in given]
    if "redis_git_sha1" in text:
        found.append("its INFO has fields that only redis-server has "
                     "(redis_git_sha1)")
    return found


def ahead(client, server, stage, seed):
    """Looks for commands that it knows although the stage does not teach them."""
    rng = random.Random("%s/ahead" % seed)
    if ask(client, "".join(rng.choices("BCDFGHKLMNP", k=9)))[0] not in ("-", None):
        return []                   # it gives the same answer to everything
    asked = [row for row in AHEAD if row[0] > stage]
    rng.shuffle(asked)
    later, never, silent = [], [], 0
    for number, row in asked:
        if silent > 1:
            break                   # it does not answer commands that it does not know
        words = [word.format(a="k%d" % rng.randrange(10 ** 9), b=rng.randrange(10 ** 9))
                 for word in row.split()]
        kind, text = ask(client, *words)
        if kind is None:            # it has closed, or does not answer
            silent += 1
            client.close()
            client = Patient(server)
        elif kind != "-":
            (never if number == "99" else later).append(" ".join(words))
    found = []
    if never:
        found.append("it answers what no stage teaches: " + ", ".join(sorted(never)))
    if len(later) > FEW:
        found.append("it answers %d of %d requests that only later stages teach: %s"
                     % (len(later), sum(n != "99" for n, _ in asked),
                        ", ".join(sorted(later))))
    return found
