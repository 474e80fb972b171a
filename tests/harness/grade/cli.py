"""tests/grade: the command line."""

import json
import os
import signal
import sys

from .. import cli as check
from .. import flags, manifest, report
from ..model import SetupError, read_file, write_file
from . import board, box, evidence, exports, hand_in, marker, pack, similar
from .table import Table, clean

STAGES = ["%02d" % number for number in range(1, 11)]
OWN = "(this project)"


def parser():
    """Returns the parser of all options."""
    made = flags.parser("tests/grade", os.path.join(os.path.dirname(__file__),
                                                    "help.ini"),
                        jobs=check.number_of_jobs)
    made.add_argument("words", nargs="+", metavar="FOLDER",
                      help="the submissions; or verify, autograder, workflow and a file")
    # Options of tests/check that this command does not have.
    made.set_defaults(codecrafters=None, only=[], roster=None, starter=[], show=[])
    return made


def limits_of(args, count):
    """Returns the resources of one submission that is judged by so many checkpoints."""
    seconds = 60 + 10 * count if args.seconds is None else args.seconds
    if min(seconds, args.memory, args.processes, args.disk) < 1:
        raise SetupError("--seconds, --memory, --processes and --disk are 1 at least")
    return box.Limits(seconds, args.memory, args.processes, args.disk)


def walls_of(args):
    """Returns the kind of walls; warns if they are not the best."""
    kind = args.walls or box.strongest()
    if kind not in box.KINDS:
        raise SetupError("--walls is one of " + ", ".join(box.KINDS))
    if args.walls and not box.usable(kind):
        raise SetupError("--walls %s does not work here" % kind)
    if kind in box.WARNINGS:
        print("tests/grade: WARNING: %s." % box.WARNINGS[kind], file=sys.stderr)
    if kind != "bwrap" and args.seed:
        print("tests/grade: WARNING: the seed stands in a command line that the "
              "submissions can read: give it by --seed-file.", file=sys.stderr)
    return kind


def plan_of(args, stage):
    """Returns everything that the verdict depends on, except for the submission."""
    seed = args.seed
    if args.seed_file:
        seed = read_file(args.seed_file).decode("utf-8", "replace").strip()
    if not seed:
        raise SetupError("--seed WORD is missing: with the public seed 1 the learners "
                         "have seen all values")
    return {"stage": stage, "seed": seed, "only": sorted(set(args.only)),
            "latest_only": args.latest_only, "variant": args.variant}


def grade(args, folder):
    """Judges a folder, and writes everything. Returns the exit status."""
    checkpoints, stage, what, _ = check.chosen(manifest.load(), args)
    plan = plan_of(args, stage)
    submissions, others = (hand_in.only(folder), []) if args.single \
        else hand_in.find(folder)
    missing = hand_in.read_roster(args.roster, submissions) if args.roster else []
    walls = walls_of(args)
    table = Table(len(submissions))
    for name in others:
        table.say("left out, no folder or archive: " + name)
    for name in missing:
        table.say("handed nothing in: " + name)
    run = marker.Marker(plan, checkpoints, args.to, walls,
                        limits_of(args, len(checkpoints)), table,
                        map(os.path.abspath, args.show),
                        evidence.handed_out(args.starter))
    books = run.run(submissions, args.jobs or 2 * (os.cpu_count() or 1))
    known = {mark[0] for path in [*args.starter] for mark in similar.prints_of(path)}
    result = {"title": args.title or what, "what": what, "walls": walls,
              "missing": missing, "submissions": books,
              "pairs": similar.pairs(with_own(books, stage), known)}
    write_all(result, args)
    return 1 if any(book["problem"] for book in books) else 0


def with_own(books, stage):
    """Returns {name: fingerprints} of the submissions, and of this project's stages up to that one,
    as if they had been handed in, too."""
    own = [[mark, os.path.join(os.path.basename(folder), name), *lines]
           for folder in map(manifest.stage_folder, STAGES[:int(stage)]) if folder
           for mark, name, *lines in similar.prints_of(folder)]
    return {OWN: own, **{book["name"]: book["prints"] for book in books}}


def write_all(result, args):
    """Writes the result in all its forms."""
    def put(name, text):
        write_file(os.path.join(args.to, name), text.encode())

    result["submissions"] = [{key: value for key, value in book.items()
                              if key != "prints"} for book in result["submissions"]]
    put("grades.json", json.dumps(result, indent=1) + "\n")
    put("board.html", board.page(result))
    put("teacher.txt", exports.for_teacher(result))
    put("junit.xml", report.junit(result["submissions"]))
    put("moodle.csv", exports.moodle(result))
    put("canvas.csv", exports.canvas(result, args.assignment or result["what"]))
    for book in result["submissions"]:
        put("gradescope/%s.json" % book["file"], exports.gradescope(book))
    if args.key:
        put("signed.json", exports.signed(result, read_key(args.key)))
    print(exports.summary(result))
    print("the board: %s; signs and pairs, for you alone: %s" % (
        os.path.join(args.to, "board.html"), os.path.join(args.to, "teacher.txt")))


def read_key(path):
    return exports.check_key(read_file(path))


def verify(args, path):
    """Checks that a signed result is as it was written. Returns the exit status."""
    if not args.key:
        raise SetupError("verify needs --key FILE")
    wrong = exports.verify(path, read_key(args.key))
    print("%s: %s" % (clean(path), wrong or "as it was signed"))
    return 1 if wrong else 0


def write_pack(args, name, path):
    """Writes the files for a system that calls the judge itself."""
    checkpoints, stage, _, _ = check.chosen(manifest.load(), args)
    if name == "workflow":
        write_file(path, pack.workflow(checkpoints, stage).encode())
    else:
        write_file(path, pack.autograder(plan_of(args, stage)))
    print("written: " + path)
    return 0


def main(argv=None):
    """Runs the command. Returns its exit status."""
    args = parser().parse_intermixed_args(argv)
    signal.signal(signal.SIGTERM, check.interrupted)
    try:
        if args.words[0] == "verify" and len(args.words) == 2:
            return verify(args, args.words[1])
        if args.words[0] in ("autograder", "workflow") and len(args.words) == 2:
            return write_pack(args, *args.words)
        if len(args.words) != 1:
            raise SetupError("one folder is due (see --help)")
        return grade(args, args.words[0])
    except SetupError as error:
        print("tests/grade: %s" % error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("tests/grade: interrupted; the same command goes on from here",
              file=sys.stderr)
        return 2
