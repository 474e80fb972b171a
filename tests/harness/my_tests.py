"""Tests that a learner writes: tests/check my-tests FOLDER --stage NN.

The folder holds sessions (*.session, see tests/README.md). Each must be right, that is,
pass on redis-server; where that is not installed, and in stages 01 and 02, which it
cannot do, on our own server. The mark is the number of the stage's seeded bugs that
they catch: a bug is caught if a session fails on the server with it. A server with a
bug is built once, and kept in out/bugs until its stage or its patch changes.
"""

import glob
import hashlib
import os
import shutil
import tempfile

from . import explain, first, jobs, manifest, oracle, proof, report, session
from .model import FAILED, PASSED, Checkpoint, SetupError, read_file
from .runner import Run

MOST_STEPS = 1000
LONGEST_WAIT = 5            # seconds
OPTIONS = ("--requirepass", "--maxmemory", "--maxmemory-policy", "--maxclients",
           "--databases", "--timeout", "--appendonly", "--appendfsync")
CACHE = os.path.join(manifest.ROOT, "out", "bugs")


def my_tests(stages, args, words):
    """Runs the command. The exit status is 0 if all are right and catch every bug."""
    if len(words) != 1 or not os.path.isdir(words[0]):
        raise SetupError("tests/check my-tests FOLDER --stage NN: a folder with "
                         "sessions is due")
    if not args.stage:
        raise SetupError("say whose bugs your tests are to catch: --stage NN")
    number = manifest.stage_number(args.stage)
    stage = next(one for one in stages if one.number == number)
    sessions = read(words[0])
    most = args.jobs or min(4, (os.cpu_count() or 1) + 1)
    good = os.path.join(good_build(number), "server") + " --port {port}"
    tried = list(jobs.in_order([(try_session, one, stage, good, args.seed)
                                for one in sessions], most))
    fair = [one for one, wrong in zip(sessions, tried) if not wrong]
    bugs = [bug for bug in proof.all_bugs() if bug.stage == number]
    timing = {one.id for one in stage.checkpoints if one.timing}
    caught = {bug.name: found for bug, found in jobs.timing_last(
        bugs, lambda bug: bug.checkpoint in timing,
        lambda bug: (try_bug, bug, fair, stage, args.seed), most)}
    outcome = result(stage, sessions, tried, bugs, caught)
    if args.json:
        report.write_json(args.json, outcome)
    if args.json != "-":
        print("\n".join(table(outcome)))
    return 0 if outcome["wrong"] == 0 and outcome["caught"] == outcome["bugs_total"] else 1


def read(folder):
    """Returns all sessions of the folder. Raises SetupError that names each file and
    line."""
    found, wrong = [], []
    for path in sorted(glob.glob(os.path.join(folder, "**", "*.session"),
                                 recursive=True)):
        try:
            found += session.read_file(path)
        except SetupError as error:
            wrong.append(str(error))
    if wrong:
        raise SetupError("\n  ".join(["these cannot be read:"] + wrong))
    if not found:
        raise SetupError("there is no session in %s: files named *.session are due"
                         % folder)
    for one in found:
        if why := refused(one):
            raise SetupError("%s: session '%s' %s" % (one.path, one.name, why))
    return found


def refused(one):
    """Returns why a session is not played, or "". A grader plays those of strangers, so
    none may run for ever, or start Redis so that it writes or loads other files."""
    if not one.steps:
        return "asks nothing"
    if len(one.steps) > MOST_STEPS:
        return "has more than %d steps" % MOST_STEPS
    if sum(step.amount for step in one.steps if step.verb == "wait") > LONGEST_WAIT:
        return "waits for more than %d s" % LONGEST_WAIT
    for word in one.words:
        if word.startswith("-") and word not in OPTIONS:
            return "starts the server with %s; there are %s" % (word, " ".join(OPTIONS))
    return ""


# ---- Servers, built once -----------------------------------------------------


def digest(number, path):
    """Returns a hash of everything a build depends on: the stage's sources, common/,
    the patch."""
    made = hashlib.sha256()
    places = [manifest.stage_folder(number), os.path.join(manifest.ROOT, "common")]
    for place, folders, names in (step for top in places for step in os.walk(top)):
        folders[:] = sorted(one for one in folders if one not in ("build", "tools"))
        for name in sorted(names):
            if name.endswith((".c", ".h", ".mk")):
                made.update(name.encode() + b"\0" + read_file(os.path.join(place, name)))
    if path:
        made.update(read_file(path))
    return made.hexdigest()[:16]


def kept(name, number, path, build):
    """Returns the folder of a server that build(folder) makes, if it is not there yet.
    Two builds at once do not disturb each other."""
    place = os.path.join(CACHE, "%s-%s" % (name, digest(number, path)))
    if not os.path.exists(place):
        os.makedirs(CACHE, exist_ok=True)
        for old in glob.glob(os.path.join(CACHE, name + "-" + "[0-9a-f]" * 16)):
            shutil.rmtree(old, ignore_errors=True)
        with tempfile.TemporaryDirectory(dir=CACHE, prefix="new-") as folder:
            made = os.path.join(folder, "made")
            build(made)
            try:
                os.rename(made, place)
            except OSError:                     # another one was faster
                if not os.path.exists(place):
                    raise
    return place


def good_build(number):
    """Returns the folder of our own server of a stage, as make has built it."""
    return kept("good-" + number, number, None,
                lambda folder: proof.build_good(number, folder))


def bad_server(bug):
    """Returns the command of the server with a bug."""
    def build(folder):
        with tempfile.TemporaryDirectory(dir=CACHE, prefix="new-") as place:
            proof.build_with(bug, good_build(bug.stage), os.path.join(place, "all"))
            os.mkdir(folder)
            shutil.move(os.path.join(place, "all", "server"), folder)

    place = kept(bug.name, bug.stage, bug.path, build)
    return bug.server.replace("./server", os.path.join(place, "server"))


def played(sessions, stage, server, seed, splits=True):
    """Returns the result of these sessions on a server."""
    checkpoint = Checkpoint(stage.number + ".0", stage.name, {"title": "your tests"})
    checkpoint.sessions = sessions
    options = proof.options_for(server, stage.number, seed, splits)
    options.guess = False
    options.choose = first.some if stage.number != "03" else None
    here = os.getcwd()
    with tempfile.TemporaryDirectory(prefix="my-tests-") as place:
        os.chdir(place)                         # the judge writes out/ there
        try:
            return Run(checkpoint, options).judge()
        finally:
            os.chdir(here)


def try_session(one, stage, good, seed):
    """Returns what is wrong with a session, as lines; [] if nothing is."""
    on_redis = stage.number >= "03" and oracle.installed()
    for name, server in (("Redis", proof.REDIS),) * on_redis + (("our server", good),):
        found = played([one], stage, server, seed)
        if found.status == PASSED:
            continue
        if found.status != FAILED:
            return ["it cannot be played: " + found.reason]
        whole = played([one], stage, server, seed, splits=False)
        if whole.status == PASSED:
            return ["it passes once on %s, and fails when it is played again: draw its "
                    "keys (let key = key), or write `alone`" % name]
        if name != "Redis" and on_redis:
            return ["it is right, but asks what stage %s has not" % stage.number]
        step = found.failure.mismatch.step
        return ["line %s: %s does not do that" % (getattr(step, "line", "?"), name)] \
            + explain.told(found.failure)[1:]
    return []


def try_bug(bug, sessions, stage, seed):
    """Returns the place of the session that catches the bug, or None."""
    if not sessions:
        return None
    found = played(sessions, stage, bad_server(bug), seed)
    if found.status != FAILED:
        return None
    failed = found.failure.session or sessions[0]
    return {"file": failed.path, "line": first_line(failed), "session": failed.name}


def first_line(one):
    """Returns the line where a session begins to do something."""
    return one.steps[0].line


def result(stage, sessions, tried, bugs, caught):
    """Returns everything as it is written into JSON."""
    count = sum(found is not None for found in caught.values())
    return {
        "stage": stage.name,
        "reference": "redis " + oracle.version()
        if stage.number >= "03" and oracle.installed() else "our own server",
        "sessions": [{"file": one.path, "line": first_line(one), "session": one.name,
                      "right": not wrong, "why": wrong}
                     for one, wrong in zip(sessions, tried)],
        "bugs": [{"bug": bug.name, "rule": bug.rule, "checkpoint": bug.checkpoint,
                  "caught_by": caught[bug.name]} for bug in bugs],
        "wrong": sum(bool(wrong) for wrong in tried),
        "caught": count, "bugs_total": len(bugs),
        "score": round(count / len(bugs), 3) if bugs and not any(tried) else 0.0}


def table(outcome):
    """Returns the same for people."""
    lines = []
    for one in outcome["sessions"]:
        if not one["right"]:
            lines.append("WRONG %s:%d %s" % (one["file"], one["line"], one["session"]))
            lines += ["  " + line for line in one["why"]] + [""]
    wide = max([len(bug["bug"]) for bug in outcome["bugs"]] or [0])
    for bug in outcome["bugs"]:
        by = bug["caught_by"]
        lines.append("%-10s %s  %-6s %s" % (
            "caught" if by else "NOT CAUGHT", bug["bug"].ljust(wide), bug["checkpoint"],
            "%s:%d %s" % (by["file"], by["line"], by["session"]) if by else ""))
    lines = [line.rstrip() for line in lines] + ["", (
        "%s: %d of %d seeded bugs caught; %d of %d sessions are right on %s" % (
            outcome["stage"], outcome["caught"], outcome["bugs_total"],
            len(outcome["sessions"]) - outcome["wrong"], len(outcome["sessions"]),
            outcome["reference"]))]
    if outcome["wrong"]:
        lines.append("a wrong session takes the whole mark: mend it, or take it out")
    return lines
