"""Judges one submission, in a process of its own in the outer container.

The job is a JSON object on standard input. Everything that becomes known is written at once, one
JSON object per line, to the standard output that we were started with, which is closed to everybody
else: {"step": ...} what is done now, {"row": ...} a checkpoint as in report.as_dict, {"end": {...}}
all the rest.
"""

import json
import os
import resource
import re
import shlex
import shutil
import signal
import stat
import sys
import threading
from errno import ENOSPC

from .. import artefact, cli, kernel, report, server, settings_file, whole
from ..model import PASSED, SetupError
from . import box, evidence, hand_in, similar

UNPACK = {
    "zip": "python3 -c %s {0}" % shlex.quote("""if 1:
        import os, sys, zipfile
        with zipfile.ZipFile(sys.argv[1]) as archive:
            for entry in archive.infolist():
                path = archive.extract(entry)
                mode = entry.external_attr >> 16 & 0o777
                if mode and not entry.is_dir():
                    os.chmod(path, mode | 0o600)"""),
    "tar": "tar -xf {0} --no-same-owner",
    "bundle": "git -c safe.directory='*' -c advice.detachedHead=false clone -q {0} "
              ".clone && rm -rf .clone/.git && find .clone -mindepth 1 -maxdepth 1 "
              "-exec mv -t . {{}} + && rmdir .clone",
}
NOT_THERE = "is not there or not executable"    # see command.py
# What a compiler says, and not the command line in front of it, which may have -Werror or error.c.
AN_ERROR = re.compile(r"error(\[\w+\])?:|error\)|\berror [a-z]*\d|\b(syntax|parse) error|"
                      r"undefined reference", re.I)
MOST_NAMES = 5          # of files, in a message
DEEP = 4                # archives in archives, folders in folders
WATCH = 0.2             # seconds between two looks at the memory
FULL = 0.5              # the share for processes; the other half are threads
# Others are judged beside it, so it gets more time than on its author's machine.
PATIENCE = 2
READY = 15.0


# Our own files are removed at the end, so no message may refer to them.
REPLAY = re.compile(r"replay: tests/check replay \S+ *")


class Unfit(Exception):
    """The submission cannot be judged; the text says why."""


class Teller:
    """Writes the lines. To the judge it is a report."""

    def __init__(self, file):
        self.file = file

    def tell(self, **fields):
        self.file.write(json.dumps(fields) + "\n")
        self.file.flush()

    def begin(self, checkpoint):
        self.tell(step=checkpoint.id)

    def end(self, result):
        row = report.as_dict(result)
        row["message"] = [line for line in (
            REPLAY.sub("", line) for line in row["message"]) if line.strip()]
        self.tell(row=dict(row, artefact=""))


def take(job, walls):
    """Copies the submission into the box, and unpacks it. Returns the folder of its server, which
    is the working folder from then on."""
    where = walls.place("box")
    os.chdir(where)
    if job["kind"] == "folder":
        try:
            shutil.copytree(job["path"], where, symlinks=True, dirs_exist_ok=True,
                            ignore=shutil.ignore_patterns(".git"))
        except shutil.Error:        # a pipe or a socket among the files
            if full(walls):
                raise Unfit("it does not fit")
    else:
        name = os.path.basename(job["path"]).lower()
        shutil.copy(job["path"], name)
        unpack(walls, name, job["kind"])
    walls.give(where)
    descend(walls)
    sweep(walls.place("box"))


def sweep(folder):
    """Removes everything that is no file of the submission: links that lead out, to files that only
    we can read (a check.toml could lead to the seed), pipes and the like."""
    for base, folders, files in os.walk(folder):
        for path in (os.path.join(base, name) for name in folders + files):
            mode = os.lstat(path).st_mode
            inside = os.path.realpath(path).startswith(folder + "/")
            if not inside or not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)
                                  or stat.S_ISLNK(mode)):
                os.unlink(path)


def unpack(walls, name, kind):
    """Unpacks an archive that lies here, and removes it."""
    walls.give(walls.place("box"))
    status, said = walls.run(UNPACK[kind].format(shlex.quote("./" + name)))
    if status != 0:
        raise Unfit("it cannot be unpacked: " + (
            "it took too long" if status is None else reason(said)))
    os.unlink(name)


def reason(said):
    """Returns the line that says why a program has failed."""
    lines = said.strip().splitlines() or ["it does not say why"]
    said = next((line for line in lines if line.startswith("fatal:")), lines[-1])
    return re.sub(r"^[\w.]+(Error|File|Exception): ", "", said)


def descend(walls):
    """Goes to the folder with the server's files: many pack the folder around them, and some
    systems pack once more."""
    for _ in range(DEEP):
        if os.path.exists(settings_file.NAME):
            return
        names = [name for name in os.listdir()
                 if name[0] != "." and name != "__MACOSX"]
        if len(names) != 1:
            return
        _, kind = hand_in.kind_of(names[0])
        if kind == "folder" and not os.path.islink(names[0]):
            os.chdir(names[0])
        elif kind in UNPACK:
            unpack(walls, names[0], kind)
        else:
            return


def settings():
    """Returns (command, build or None, seconds, guessed): from check.toml, or as tests/check init
    would guess them."""
    found = settings_file.read()
    if "server" in found:
        return found["server"], found.get("build"), found.get("ready", server.READY), False
    command, build, why = settings_file.guess()
    if not why.startswith("guessed"):
        raise Unfit("it has no check.toml, and nothing tells how it is started; " + (
            "it holds: " + few(os.listdir()) if os.listdir() else "it is empty"))
    return command, found.get("build", build), found.get("ready", server.READY), True


def build(walls, command):
    """Builds the server."""
    if not command:
        return
    status, said = walls.run(command)
    if status is None:
        raise Unfit("it does not build (%s): it was not done after %d s" % (command, box.BUILD))
    if status != 0:
        said = said.strip()
        raise Unfit("it does not build (%s): %s\n%s" % (command, first_error(said), said))


def first_error(said):
    """Returns the line of a compiler's output that tells most: a board has room for one."""
    lines = said.splitlines() or ["it does not say why"]
    return next(filter(AN_ERROR.search, lines), lines[-1]).strip()


def misguessed(command, results):
    """Returns why a server did not start whose command was guessed, or "": the guess may be wrong,
    and no zero should rest on it."""
    lost = [one.failure for one in results
            if one.failure and one.failure.mismatch.facts.get("start")]
    if not lost or any(one.status == PASSED for one in results):
        return ""
    said = lost[0].last_lines[1:] and lost[0].last_lines[1]
    return "it has no check.toml, and does not start as it was guessed (%s): %s\n%s" % (
        command, said[-1] if said else lost[0].mismatch.actual_text, "\n".join(lost[0].lines))


def few(names):
    names = sorted(names)
    return ", ".join(names[:MOST_NAMES]) + (" ..." if len(names) > MOST_NAMES else "")


def made():
    """Returns a text about the programs in this folder: one may have another name than check.toml
    says."""
    names = [name for name in os.listdir() if os.path.isfile(name) and os.access(name, os.X_OK)]
    return "; the programs in the folder: " + few(names) if names else ""


def judge(job, walls, command, ready, tell):
    """Runs the checkpoints; each is reported when it ends. Returns their results."""
    args = cli.parser().parse_args(
        ["--stage", job["stage"], "--seed", job["seed"], "--server", command,
         "--patience", str(PATIENCE), "--ready", str(max(READY, ready))])
    args.only, args.latest_only = job["only"], job["latest_only"]
    args.variant = job["variant"]
    args.walls = walls.words()
    checkpoints, _, _, options = cli.set_up(cli.load(args), args)
    return whole.run_all(checkpoints, options, not job["again"], tell)


def watch(limits, noted):
    """Ends everything that the submission runs if together it holds too much memory, or has reached
    its number of processes: submissions that are judged beside it would wait. The limits of one
    process know nothing of the others."""
    def look():
        while not done.wait(WATCH):
            pids = kernel.descendants(os.getpid())
            held = sum(kernel.resident_quickly(pid) for pid in pids)
            if len(pids) > limits.processes * FULL:
                noted.add("it started more than %d processes"
                          % (limits.processes * FULL))
            elif held > limits.memory * box.MEGABYTE:
                noted.add("it held more than %d MB of memory" % limits.memory)
            else:
                continue
            kernel.tell(pids, signal.SIGKILL)
    done = threading.Event()
    threading.Thread(target=look, daemon=True).start()
    return done


def full(walls):
    return shutil.disk_usage(walls.folder).free < box.MEGABYTE


def work(job, tell):
    """Does all of it. Returns what is reported at the end."""
    limits = box.Limits(**job["limits"])
    walls = box.Box(job["walls"], job["folder"], limits, job["slot"], job["also"])
    walls.lay_out()
    os.environ.update(TMPDIR=walls.place("work"), PATH=box.PATH)
    artefact.FOLDER = walls.place("desk")
    server.owner = walls.owner
    most = limits.disk * box.MEGABYTE           # bytes of a file
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    told = {"problem": "", "evidence": [], "prints": [], "notes": []}
    noted = set()
    done = watch(limits, noted)
    try:
        tell.tell(step="unpacks")
        take(job, walls)
        told["prints"] = similar.prints_of(".")
        command, how, ready, guessed = settings()
        tell.tell(step="builds")
        build(walls, how)
        results = judge(job, walls, command, ready, tell)
        told["problem"] = misguessed(command, results) if guessed else ""
        if not job["again"] and any(one.status == PASSED for one in results):
            tell.tell(step="is looked at")
            told["evidence"] = evidence.look(command, walls.words(), job["stage"],
                                             job["seed"], job["given"])
    except (Unfit, SetupError, OSError) as unfit:
        told["problem"] = str(unfit)
        # What could not be written for want of room; the files that took it may be gone.
        if NOT_THERE in told["problem"]:
            told["problem"] += made()
        if shutil.disk_usage(walls.folder).free < box.MEGABYTE or ENOSPC in [
                getattr(one, "errno", None) for one in (unfit, unfit.__context__)]:
            told["problem"] = "it has filled its disk of %d MB" % limits.disk
        elif isinstance(unfit, OSError):
            raise
    done.set()
    told["notes"] = sorted(noted)
    return told


def main():
    """Takes the job, does it, and ends everything that is left."""
    job = json.load(sys.stdin)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    server.adopt_orphans()
    tell = Teller(out)
    try:
        tell.tell(end=work(job, tell))
    finally:
        server.end_all()
        kernel.tell(kernel.descendants(os.getpid(), kernel.parents()), signal.SIGKILL)


if __name__ == "__main__":
    main()
