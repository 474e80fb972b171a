"""What keeps a submission in.

Two containers stand in each other, made by bubblewrap (bwrap) from namespaces:

    outer   the judge of one submission, and the submission
            a network of its own that has nothing but the loopback; the machine's
            files, not to be written; a /tmp of its own, limited in size, which
            goes when the judge ends; processes of its own, which end with it
    inner   the submission alone, while it is unpacked, built and run
            the outer's network, so the judge reaches its port; of the files only
            the system's programs, its own folder (read-only once it is built)
            and the folders that the judge made for its server; it sees no
            process but its own, and has no rights to gain

The judge's secrets (the seed, the results) never enter the inner one: the job
comes by the judge's standard input, the result leaves by a pipe that the judge
alone has open, and what a submission prints ends in other pipes. The programs
that would be an answer in themselves (redis-server) are hidden from it. A
redis-server that the judge starts beside (to load a file in stage 08, as a
replica in stage 10) listens on the same loopback; where a checkpoint needs none,
none runs before the verdict.

Where bubblewrap does not work, a root user still gives each submission a user of
its own ("user"); anybody else has limits and no walls ("limits"). Both are told
to the teacher with what they do not hold: see WARNINGS.
"""

import dataclasses
import os
import shutil
import signal
import subprocess
import sys
import tempfile

from .. import kernel
from ..manifest import ROOT, TESTS

KINDS = ("bwrap", "user", "limits")
WARNINGS = {
    "user": "bubblewrap does not work here: each submission runs as a user of "
            "its own, which keeps it from the judge and from the results, but it "
            "has the network, sees which processes there are, and can read what "
            "all users of this machine can read",
    "limits": "bubblewrap does not work here, and you are not root: a submission "
              "runs as YOU, with limits of time and memory and no walls. It can "
              "read and change your files, these results among them. Install "
              "bubblewrap, or grade in a container or a virtual machine",
}
FIRST_USER = 61001      # the user of the first submission; no system has it
# Files that programs need: none of anybody's home, of /var, or of /run.
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/opt")
SETTINGS = ("alternatives", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "passwd",
            "group", "nsswitch.conf", "hosts", "localtime", "ssl", "mime.types",
            "protocols", "services", "java-17-openjdk", "java-21-openjdk")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:" \
       "/usr/local/go/bin"
ANSWERS = ("redis-server", "redis-sentinel", "redis-check-rdb", "redis-check-aof",
           "valkey-server", "keydb-server", "dragonfly", "garnet-server")
FAULTS = os.path.join(TESTS, "faults", "build")     # a library that stage 09 loads
MEGABYTE = 1 << 20
STACK = 8               # megabytes that are reserved for each thread
BUILD = 120             # seconds to unpack, and to build
PRINTED = 4000          # bytes of a build's output


@dataclasses.dataclass
class Limits:
    """The resources that one submission may use."""

    seconds: int = 300          # for everything, from unpacking on
    memory: int = 1024          # megabytes of all its processes
    processes: int = 600        # threads, too: one for each client is fair
    disk: int = 512             # megabytes, built and saved


class Box:
    """The folder of one submission and the walls around it.

    folder/box holds its files, folder/work what its server saves, and folder/desk
    is the judge's alone.
    """

    def __init__(self, kind, folder, limits, slot=0, also=()):
        self.kind = kind
        self.folder = folder
        self.limits = limits
        self.user = FIRST_USER + slot
        self.owner = self.user if os.geteuid() == 0 else None
        self.also = also

    def place(self, name):
        return os.path.join(self.folder, name)

    def lay_out(self):
        os.chmod(self.folder, 0o711)
        for name, mode in (("box", 0o700), ("work", 0o711), ("desk", 0o700)):
            os.mkdir(self.place(name), mode)
        self.give(self.place("box"))

    def give(self, path):
        """Makes the submission's user the owner of everything in it."""
        if self.owner is None:
            return
        os.chown(path, self.owner, self.owner, follow_symlinks=False)
        for base, folders, files in os.walk(path):
            for name in folders + files:
                os.chown(os.path.join(base, name), self.owner, self.owner,
                         follow_symlinks=False)

    def words(self, building=False):
        """Returns the words before a command that run it in the inner container. SIGTERM must not
        end bwrap, which would end the server before it can save."""
        found = []
        if self.kind == "bwrap":
            found = ["env", "--ignore-signal=TERM", "bwrap",
                     *self._files(building), "--unshare-pid", "--unshare-ipc",
                     "--unshare-uts", "--unshare-cgroup-try", "--die-with-parent"]
            found += (["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID",
                       "--cap-add", "CAP_SETPCAP"] if self.owner else
                      ["--unshare-user", "--uid", str(self.user),
                       "--gid", str(self.user)])
            found.append("--")
        if self.owner:
            found += ["setpriv", "--reuid", str(self.user), "--regid",
                      str(self.user), "--clear-groups", "--no-new-privs",
                      "--inh-caps=-all", "--bounding-set=-all"]
        return found + ["prlimit", *self._rlimits(), "env",
                        "--default-signal=TERM", "HOME=" + self.place("box"),
                        "PATH=" + PATH, "TMPDIR=/tmp"]

    def _files(self, building):
        """Returns the files that the inner container shows, as words for bwrap."""
        words = ["--perms", "0755", "--dir", "/etc"]
        for path in (*SYSTEM, *self.also):
            if os.path.islink(path):
                words += ["--symlink", os.readlink(path), path]
            elif os.path.exists(path):
                words += ["--ro-bind", path, path]
        for name in SETTINGS:
            words += ["--ro-bind-try", "/etc/" + name, "/etc/" + name]
        for path in answers():
            words += ["--ro-bind", "/dev/null", path]
        box, work = self.place("box"), self.place("work")
        return words + ["--proc", "/proc", "--dev", "/dev",
                        "--perms", "1777", "--size", str(64 * MEGABYTE),
                        "--tmpfs", "/tmp",
                        "--bind" if building else "--ro-bind", box, box,
                        "--bind", work, work, "--ro-bind-try", FAULTS, FAULTS]

    def _rlimits(self):
        """Returns the limits of each process; the judge (inside) watches how much all of them hold.
        To the kernel the stacks of threads are data, used or not. A user's processes can be counted
        only if the user is the submission's alone."""
        data = self.limits.memory + self.limits.processes * STACK
        words = ["--core=0", "--data=%d" % (data * MEGABYTE),
                 "--cpu=%d" % self.limits.seconds]
        if self.kind != "limits":
            words.append("--nproc=%d" % self.limits.processes)
        return words

    def run(self, command):
        """Runs a command in a shell, in the present folder, before the server is there. Returns
        (exit status or None if it ran too long, the end of its output)."""
        with tempfile.TemporaryFile(dir=self.place("desk")) as out:
            process = subprocess.Popen(
                self.words(building=True) + ["sh", "-c", command], stdout=out,
                stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                start_new_session=True)
            try:
                status = process.wait(min(BUILD, self.limits.seconds))
            except subprocess.TimeoutExpired:
                status = None
            # with processes that it left behind
            kernel.tell(kernel.descendants(os.getpid(), kernel.parents()), signal.SIGKILL)
            process.wait()
            out.seek(max(0, out.seek(0, os.SEEK_END) - PRINTED))
            return status, out.read().decode("utf-8", "replace")


def answers():
    """Returns the programs here that would be an answer in themselves."""
    found = filter(None, map(shutil.which, ANSWERS))
    return sorted({os.path.realpath(path) for path in found})


def judges_words(kind, folder, limits, shown=()):
    """Returns the words before the judge's command: the outer container, if there is one. There
    folder is an empty /tmp; shown are the files below the real /tmp that must be seen."""
    if kind != "bwrap":
        return []
    words = ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc",
             "--size", str(limits.disk * MEGABYTE), "--tmpfs", folder]
    for path in map(os.path.realpath, (ROOT, sys.prefix, *shown)):
        if path.startswith(folder + "/"):       # otherwise it is seen already
            words += ["--ro-bind", path, path]
    words += ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts",
              "--die-with-parent"]
    return words + (["--cap-add", "ALL"] if os.geteuid() == 0 else
                    ["--unshare-user"]) + ["--"]


def usable(kind):
    """Returns true if the two containers work here, one in the other."""
    if kind == "limits":
        return True
    if kind == "user":
        return os.geteuid() == 0 and shutil.which("setpriv") is not None
    limits = Limits()
    box = Box("bwrap", "/tmp", limits)
    script = 'mkdir -m 755 "$0/box" "$0/work" && shift 0 && cd "$0/box" && exec "$@"'
    try:
        done = subprocess.run(
            judges_words("bwrap", "/tmp", limits)
            + ["sh", "-c", script, "/tmp", *box.words(), "true"], cwd="/",
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def strongest():
    return next(kind for kind in KINDS if usable(kind))
