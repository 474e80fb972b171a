"""The harness, judged: the commands that hold it to its promises.

    tests/check seeds [N]      each checkpoint from 03 on passes on the real
                               redis-server, at N seeds (50)
    tests/check before [NN]    each checkpoint that a stage adds fails on the
                               server of the stage before
    tests/check bugs [NAME]    each seeded bug is caught, and named as itself
    tests/check alarms [N]     N runs (20) of good servers on a busy machine:
                               nobody is accused

--jobs N lets them judge so many at once, each on a server of its own; bugs
that are a matter of time are judged alone, after the others.
"""

import email
import glob
import multiprocessing
import os
import re
import shutil
import tempfile
import time

from . import jobs, manifest, oracle, runner
from .command import ran
from .model import FAILED, PASSED, SKIPPED, SetupError, read_text, write_file
from .transport import Limits

BUGS = os.path.join(manifest.TESTS, "bugs")
# Quickly built: by no optimizer, and with flags that let a cache of the compiler's work
# serve the suite's exports and labs, too.
MAKE = ["make", "-s", "LTO=", "EXTRA_CFLAGS=-O0"]
REDIS = "redis-server --port {port}"


def options_for(server, number, seed="1", splits=True):
    """Returns the options of one run on one server."""
    return runner.Options(
        server=server, seed=str(seed), limits=Limits(), splits=splits,
        saves=number >= "08",
        dialect="echo" if number < "03" else "resp")


def judged(checkpoint, server, number, seed="1", splits=True):
    """Returns the result of one checkpoint on one server."""
    return runner.Run(checkpoint,
                      options_for(server, number, seed, splits)).judge()


def number_of(words, default):
    """Returns the optional number after a command's name."""
    if not words:
        return default
    if len(words) > 1 or not words[0].isdigit() or int(words[0]) < 1:
        raise SetupError("one number is due, not: %s" % " ".join(words))
    return int(words[0])


def seeds(stages, args, words):
    """Judges redis-server by every checkpoint from 03 on, at many seeds."""
    count = number_of(words, 50)
    if not oracle.installed():
        raise SetupError("seeds needs redis-server")
    calls = [(unfair, checkpoint, args.server or REDIS, seed,
              seed == 1 and not args.no_splits)
             for seed in range(1, count + 1)
             for checkpoint in from_three(stages)]
    bad = count_bad(jobs.in_order(calls, args.jobs))
    print("%d checkpoints at %d seeds on redis %s: %d runs, %d failed"
          % (len(from_three(stages)), count, oracle.version(), len(calls),
             bad))
    return 1 if bad else 0


def unfair(checkpoint, server, seed, splits):
    """Returns (was a good server accused at this seed, and of what)."""
    result = judged(checkpoint, server, "04", seed, splits)
    if result.status in (PASSED, SKIPPED):
        return False, ""
    return True, "seed %d\n%s\n" % (seed, runner.message(result))


def count_bad(answers):
    """Takes (is it bad, the text to print) from each call. Returns how many are bad."""
    bad = 0
    for wrong, text in answers:
        bad += wrong
        if text:
            print(text, flush=True)
    return bad


def from_three(stages):
    return [c for stage in stages if stage.number >= "03"
            for c in stage.checkpoints]


def before(stages, args, words):
    """Checks that what a stage adds fails on the stage before it."""
    if len(words) > 1:
        raise SetupError("tests/check before [NN]")
    wanted = words[0].zfill(2) if words else None
    calls = []
    for earlier, stage in zip(stages, stages[1:]):
        if wanted and stage.number != wanted:
            continue
        server = manifest.own_server(earlier.number)
        calls += [(passing, checkpoint, server, stage.number, earlier.number)
                  for checkpoint in stage.checkpoints]
    passed = count_bad(jobs.in_order(calls, args.jobs))
    print("%d checkpoints, %d did not fail on the stage before"
          % (len(calls), passed))
    return 1 if passed or not calls else 0


def passing(checkpoint, server, number, earlier):
    """Returns (does it pass on the server of an earlier stage, a line)."""
    result = judged(checkpoint, server, number, splits=False)
    fails = result.status == FAILED
    return not fails, "%s %s on stage %s: %s" % (
        "ok  " if fails else "BAD ", checkpoint.id, earlier,
        "fails, as it must" if fails else result.status)


class Bug:
    """A patch under tests/bugs/, with what its head says about it.

    Lines before the patch: `rule: R07` (or `none`: it must be caught, and has
    no name), `stage: 03`, `checkpoint: 03.3`, and a sentence or two for
    people. No other rule may fire, but one on a line `beside: R05`.
    """

    def __init__(self, path):
        self.name = os.path.basename(path)[:-6]
        self.path = path
        fields = email.message_from_string(read_text(path))     # its head has the same form
        for field in ("rule", "stage", "checkpoint"):
            if field not in fields:
                raise SetupError("%s does not say its %s" % (path, field))
        self.rule = fields["rule"]
        self.beside = fields.get("beside", "").split()
        self.stage = fields["stage"].zfill(2)
        self.checkpoint = fields["checkpoint"]
        self.server = fields.get("server", "./server --port {port}")


def all_bugs():
    return [Bug(path) for path in sorted(glob.glob(os.path.join(BUGS, "*.patch")))]


def run_quietly(command, folder, what):
    """Runs a build step. Raises SetupError with its last line if it fails."""
    status, said = ran(command, cwd=folder, timeout=300)
    if status:
        raise SetupError("%s: %s" % (what, " / ".join(said.strip().splitlines()[-3:])))


def build_good(number, folder):
    """Exports a stage and builds it, as it is."""
    run_quietly(["make", "-s", "export", "STAGE=" + number, "TO=" + folder],
                manifest.ROOT, "export of stage " + number)
    run_quietly(MAKE, folder, "stage %s does not build" % number)


def placed(bug, folder):
    """Returns the patch, which names files without folders, with their places in an exported stage.
    """
    def place(match):
        at = glob.glob(os.path.join(folder, "**", match.group(2)), recursive=True)
        if len(at) != 1:
            raise SetupError("%s changes %s, which stage %s has not"
                             % (bug.path, match.group(2), bug.stage))
        return match.group(1) + os.path.relpath(at[0], folder)

    return re.sub(r"^((?:---|\+\+\+) [ab]/)(\S+)", place, read_text(bug.path), flags=re.M)


def build_with(bug, good, folder):
    """Makes a copy of the good build with the patch. Returns the server's command.

    The copy shares its files with the good build: patch, compilers and linkers make a new file
    in the place of one that they change.
    """
    shutil.copytree(good, folder, symlinks=True, copy_function=os.link)
    found = os.path.join(folder, "bug.patch")
    write_file(found, placed(bug, folder).encode())
    run_quietly(["patch", "-p1", "-s", "--fuzz=0", "--no-backup-if-mismatch", "-i", found],
                folder, bug.name + " no longer applies")
    # Of its own goal, make reads what depends on what once, not twice.
    run_quietly([*MAKE, "server"], folder, bug.name + " does not build")
    return bug.server.replace("./server", os.path.join(folder, "server"))


def bugs(stages, args, words):
    """Checks that each seeded bug is caught, and its rule named."""
    chosen = [bug for bug in all_bugs()
              if not words or {bug.name, bug.rule} & set(words)]
    chosen = [(bug, manifest.find(stages, bug.checkpoint)) for bug in chosen]
    if not chosen:
        raise SetupError("no such seeded bug under tests/bugs")
    with tempfile.TemporaryDirectory(prefix="bugs-") as folder:
        needed = sorted({bug.stage for bug, _ in chosen})
        for _ in jobs.in_order([(build_good, number, good_build(folder, number))
                                for number in needed], args.jobs):
            pass
        missed = count_bad(answer for _, answer in jobs.timing_last(
            chosen, lambda pair: pair[1].timing,
            lambda pair: (slips_through, pair[0], folder, pair[1], args.plain), args.jobs))
    print("%d seeded bugs, %d not caught or not named" % (len(chosen), missed))
    return 1 if missed else 0


def good_build(folder, number):
    """Returns the folder where a stage is exported and built as it is."""
    return os.path.join(folder, "good-" + number)


# Some bugs show only when two things meet in time, so a bug that slips through
# is judged again. A good server is never asked twice: see alarms.
TRIES = 3


def slips_through(bug, folder, checkpoint, plain):
    """Judges a server with the bug. Returns (was it not caught, or not named as itself; the text to
    print)."""
    bad = os.path.join(folder, bug.name)
    try:
        server = build_with(bug, good_build(folder, bug.stage), bad)
    except SetupError as error:
        return True, "BAD  %s" % error
    for _ in range(TRIES):
        result = judged(checkpoint, server, bug.stage)
        named = is_named(bug, result)
        if named:
            break
    shutil.rmtree(bad, ignore_errors=True)
    words = "named " + bug.rule if named else "but not named %s alone: %s" % (
        bug.rule, " ".join(names_of(result)) or "nothing")
    if named and bug.rule == "none":
        words = "caught, it has no name"
    if not result.failure:
        words = "passes"
    text = "%s %-28s %s %s" % ("ok  " if named else "BAD ", bug.name,
                               bug.checkpoint, words)
    if result.failure and (not named or not plain):
        text += "\n" + runner.message(result) + "\n"
    return not named, text


def is_named(bug, result):
    """Returns true if the bug's own rule is named, and no other."""
    if result.failure is None:
        return False
    own = [] if bug.rule == "none" else [bug.rule]
    return set(own) <= set(names_of(result)) <= set(own + bug.beside)


def names_of(result):
    return [look.split()[0] for look in result.failure.looks] \
        if result.failure else []


def spin():
    while True:
        pass


def alarms(stages, args, words):
    """Judges good servers while the machine is busy: no checkpoint may fail."""
    count = number_of(words, 20)
    servers = good_servers(stages, args)
    load = [multiprocessing.Process(target=spin, daemon=True)
            for _ in range((os.cpu_count() or 1) + 1)]
    for process in load:
        process.start()
    began = time.perf_counter()
    try:
        bad = count_bad(jobs.in_order(
            [(alarm, stages, *servers[turn % len(servers)], turn, count)
             for turn in range(count)], args.jobs))
    finally:
        for process in load:
            process.kill()
    print("%d runs on a busy machine in %.0f s, %d false alarms"
          % (count, time.perf_counter() - began, bad))
    return 1 if bad else 0


def good_servers(stages, args):
    """Returns (stage, command) of servers that must never be accused."""
    if args.server:
        return [(args.stage or stages[-1].number, args.server)]
    found = [(stage.number, manifest.own_server(stage.number))
             for stage in stages]
    if oracle.installed():
        found.append((stages[-1].number, REDIS))
    return found


def alarm(stages, number, server, turn, count):
    """Makes one run of all checkpoints. Returns (how many of them failed, the text to print)."""
    results = [judged(checkpoint, server, number, 1000 + turn)
               for stage in stages if stage.number <= number
               for checkpoint in stage.checkpoints]
    said = [runner.message(result) + "\n" for result in results
            if result.status == FAILED]
    return len(said), "\n".join(said + ["run %d of %d: stage %s, %s: %s" % (
        turn + 1, count, number, server, "%d FALSE ALARMS" % len(said)
        if said else "no alarm")])
