"""tests/check: the command line."""

import argparse
import gc
import importlib
import os
import shlex
import signal
import subprocess
import sys
import textwrap
import traceback

from . import (artefact, bench, codecrafters, dissect, doctor, flags, manifest, oracle,
               report, rules, runner, send)
from . import first, progress, settings_file, variant, watch, whole
from .command import command_words
from .model import BLOCKED, FAILED, SetupError
from .server import READY, adopt_orphans, end_all
from .transport import Limits

# The commands that judge the harness and tests by this project's own servers, and the
# modules where they are. A lab's judge comes without these.
WHOLE = {"seeds": "proof", "bugs": "proof", "before": "proof", "alarms": "proof",
         "rules": "naive", "my-tests": "my_tests"}

# The last stage whose servers save nothing, so they get no options for that.
SAVES_NOTHING = "07"


def number_of_jobs(text):
    if not text.isdigit() or not 0 < int(text) < 100:
        raise argparse.ArgumentTypeError("1 to 99, not %s" % text)
    return int(text)


def seconds_to_start(text):
    """Parses the number of --ready."""
    try:
        return settings_file.check_ready(float(text))
    except ValueError:
        raise argparse.ArgumentTypeError("a number of seconds, not %s" % text)
    except settings_file.Wrong as wrong:
        raise argparse.ArgumentTypeError("%s, not %s" % (wrong, text))


def parser():
    """Returns the parser of all options."""
    made = flags.parser(
        "tests/check", os.path.join(os.path.dirname(__file__), "help.ini"),
        jobs=number_of_jobs, ready=seconds_to_start)
    made.add_argument("command", nargs="*", metavar="COMMAND",
                      help="init, replay FILE, hint ID [N], list, mistakes [NAME], doctor, "
                      "dissect rdb|aof|resp FILE, send TEXT..., wire, look, "
                      "variant WORD, rules [WORD], my-tests FOLDER, "
                      "transcribe, seeds [N], bugs [NAME], before [NN], alarms [N]")
    # memory is that of the last run: see watch.py; walls are for tests/grade
    made.set_defaults(memory=None, only=[], walls=())
    return made


def show_codecrafters():
    """Prints all CodeCrafters stages, and our checkpoints for them."""
    for slug, (title, ids, _) in codecrafters.table().items():
        print("%s  %-50s %s" % (slug, title, " ".join(ids)))
    return 0


def chosen(stages, args):
    """Returns (checkpoints, stage number, a description of them, dialect or None)."""
    if args.codecrafters:
        found, dialect = codecrafters.checkpoint(stages, args.codecrafters)
        return ([found], found.stage[:2],
                "codecrafters %s (%s)" % (found.id, found.title), dialect)
    number = args.stage and manifest.stage_number(args.stage)
    if args.only:
        found = sorted({c for ident in args.only for c in manifest.find_all(stages, ident)},
                       key=lambda c: c.id)
        number = number or found[-1].id[:2]
        return found, number, "checkpoint " + ", ".join(
            c.id for c in found), None
    if not number:
        raise SetupError("nothing says what to judge. In the folder of your server, once: "
                         "tests/check init. Or say --stage NN, or --only ID "
                         "(tests/check list shows all, --help the rest)")
    found = [c for stage in stages if stage.number <= number
             for c in stage.checkpoints
             if stage.number == number or not args.latest_only]
    return found, number, "stage " + number, None


def connect_address(text):
    """Parses the HOST:PORT of --connect."""
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdigit() or not 0 < int(port) < 65536:
        raise SetupError("--connect wants HOST:PORT, not %s" % text)
    return host.strip("[]") or "127.0.0.1", int(port)


def same_server(args):
    """Returns the words that make another run judge this server in the same way."""
    given = (("stage", args.stage), ("server", args.server), ("connect", args.connect),
             ("variant", args.variant))
    return "".join(" --%s %s" % (name, shlex.quote(value))
                   for name, value in given if value)


def options_of(args, number, dialect):
    """Returns the options of the run, from the command line."""
    if args.server and args.connect:
        raise SetupError("--server and --connect exclude each other")
    if args.connect and (args.jobs or 1) > 1:
        raise SetupError("--jobs needs servers that the harness starts "
                         "itself, not --connect")
    if not 0 < args.patience < 1000:
        raise SetupError("--patience is a factor, 2 for twice as long")
    variant.spoken = variant.Variant(args.variant, number) if args.variant else None
    limits = Limits(3.0 * args.patience)
    limits.patience = args.patience
    connect = connect_address(args.connect) if args.connect else None
    server = args.server
    if not server and not connect:
        server = manifest.own_server(number)
    if server:
        command_words(server, 0)
    return runner.Options(
        server=server, connect=connect, seed=args.seed,
        ready=args.ready or READY, again=(args.memory or {}).get("red"),
        dialect=dialect or ("echo" if number < "03" else "resp"),
        splits=not args.no_splits, saves=number >= "08", limits=limits,
        words=same_server(args), guess=not args.no_guess,
        walls=args.walls)


def build(command):
    if command and subprocess.call(command, shell=True):
        raise SetupError("the build failed: " + command)


def set_up(stages, args):
    """Returns (checkpoints, stage number, a description of them, options). Builds the
    server and, except with --first, finds out which language it speaks."""
    checkpoints, number, what, dialect = chosen(stages, args)
    build(args.build)
    options = options_of(args, number, dialect)
    if not dialect and checkpoints[0].stage < "03":
        options.listen_in = lambda: listen_in(options, args)
    if options.listen_in and not args.first:
        options.listen_in()
    return checkpoints, number, what, options


def judge(stages, args):
    """Judges the chosen checkpoints and writes every output. Returns the exit status."""
    checkpoints, number, what, options = set_up(stages, args)
    out = (report.Tap(len(checkpoints)) if args.tap
           else progress.Progress(checkpoints, number, memory=args.memory)
           if args.first and not args.plain
           else report.Terminal(plain=args.plain))
    run_all = first.run_all if args.first else whole.run_all
    results = run_all(checkpoints, options, not args.only, out, args.jobs)
    if len(results) != len(checkpoints):
        raise SetupError("%d results for %d checkpoints"
                         % (len(results), len(checkpoints)))
    out.finish(results, options, what)
    book = report.as_book(results, options, what)
    if args.junit:
        report.put(args.junit, report.junit([book]))
    if args.json:
        report.write_json(args.json, book)
    bad = any(r.status in (FAILED, BLOCKED) for r in results)
    return 1 if bad else 0


def listen_in(options, args):
    """Finds out the language of the server if nobody said which stage it is of. Stages
    01 and 02 are then judged in that language: as it comes, in ECHO from stage 03 on,
    or in PING as long as the server knows no more."""
    language = bench.spoken(options)
    if not args.stage:
        options.dialect = "echo" if language == "echo" else "resp"
    if options.dialect == "resp" and language == "ping":
        options.early = "ping"


def replay(args, path):
    """Runs the session of a .resp file again."""
    settings_file.apply(args)
    stages = load(args)
    header, session = artefact.read(path)
    checkpoint = (codecrafters.find(stages, header["checkpoint"]) if "checkpoint" in header
                  else artefact.stand_in(path, manifest.two_digits(args.stage or SAVES_NOTHING)))
    if not args.server and not args.connect:
        args.server = header.get("server")
        args.connect = header.get("connect")
    args.seed = header.get("seed", args.seed)
    args.variant = header.get("variant", args.variant)
    options = options_of(args, checkpoint.stage[:2], header.get("dialect"))
    if session is not None:
        checkpoint.sessions, checkpoint.judge = [session], None
        options.splits = False
    else:
        checkpoint.sessions = []
    run = runner.Run(checkpoint, options)
    if session is not None and session.cut:
        result = run.judge_cut(session)
    else:
        result = run.judge()
    out = report.Terminal(plain=args.plain)
    out.end(result)
    out.finish([result], options, "replay of " + path)
    return 1 if result.status == FAILED else 0


def hint(args, ident, step="1"):
    """Prints one of a checkpoint's three hints."""
    checkpoint = codecrafters.find(load(args), ident)
    if step not in ("1", "2", "3"):
        raise SetupError("there are hints 1, 2 and 3, not %s" % step)
    kinds = {"1": "a question", "2": "a pointer", "3": "the shape of the code"}
    print("%s %s, hint %s of 3 (%s):\n" % (checkpoint.id, checkpoint.title,
                                           step, kinds[step]))
    for line in checkpoint.hints[int(step) - 1].splitlines():
        print("  " + line)
    if step != "3":
        print(report.as_typed("\nnext: tests/check hint %s %d"
                             % (checkpoint.id, int(step) + 1)))
    print("lesson: " + checkpoint.lesson)
    return 0


def show_list(args):
    """Prints all checkpoints; with --plain, ID<TAB>title and nothing else."""
    for stage in load(args):
        if not args.plain:
            points = sum(c.points for c in stage.checkpoints)
            print("%s (%d points)" % (stage.name, points))
        for checkpoint in stage.checkpoints:
            if args.plain:
                print("%s\t%s" % (checkpoint.id, checkpoint.title))
                continue
            marks = ("stretch " if checkpoint.stretch else "") + (
                "timing" if checkpoint.timing else "")
            print("  %s  %-48s %2d  %s" % (checkpoint.id, checkpoint.title,
                                           checkpoint.points, marks))
    return 0


def show_mistakes(_args, name=None):
    """Prints the known mistakes that a failure may look like, or one of them."""
    if name and name.upper() not in rules.RULES:
        raise SetupError("there is no mistake %s (tests/check mistakes shows all)" % name)
    for line in sorted("%s  %s" % (rule.name, rule.text)
                       for rule in rules.RULES.values() if "{" not in rule.text
                       and (name is None or rule.name == name.upper())):
        print(textwrap.fill(line, 78, subsequent_indent="     "))
    return 0


def show_variant(args, word):
    """Prints the names that a variant changes."""
    stage = manifest.stage_number(args.stage or variant.LAST)
    for line in variant.Variant(word, stage).handout():
        print(line)
    return 0


def transcribe(args):
    """Keeps the answers of redis-server where sessions leave them open."""
    if not oracle.installed():
        raise SetupError("transcribe needs redis-server")
    kept, count = oracle.transcribe(
        [stage for stage in load(args) if stage.number >= "03"])
    print("redis %s: %d sessions; what %d of them leave open is kept"
          % (oracle.version(), count, kept))
    return 0


def newest_wanted(args):
    """Returns the newest stage that this run can need. A later one may be half written."""
    if args.codecrafters or args.command or not (args.stage or args.only):
        return "99"
    numbers = [manifest.two_digits(ident.partition(".")[0]) for ident in args.only]
    if args.stage:
        numbers.append(manifest.two_digits(args.stage))
    return max(numbers)


def load(args):
    """Loads the stages that a run needs. They stay for its whole life, so garbage
    collection need not look at them."""
    stages = manifest.load(newest_wanted(args))
    gc.freeze()
    return stages


def watch_files(args):
    if args.tap or args.junit or args.json or args.plain:
        raise SetupError("--watch is for people: not with --tap, --junit, "
                         "--json or --plain")
    if args.command:
        raise SetupError("--watch judges: not with " + args.command[0])
    return watch.Watch(args, load, judge).forever()


def begin(args):
    """Writes check.toml, and says how to go on."""
    number = settings_file.init(args)
    stage = next(s for s in progress.all_stages() if s.number == number)
    print("the lesson:  " + progress.lesson_path(stage.name + "/README.md"))
    print(report.as_typed("then, beside your editor:  tests/check --watch"))
    return 0


# A function of the options and the words behind its name, how many words there may be
# (None: it judges them itself), and what these are.
COMMANDS = {
    "init": (begin, (0,), ""),
    "replay": (replay, (1,), "FILE"),
    "hint": (hint, (1, 2), "ID [1, 2 or 3]"),
    "list": (show_list, (0,), "[--plain]"),
    "mistakes": (show_mistakes, (0, 1), "[NAME]"),
    "doctor": (lambda args: doctor.examine(), (0,), ""),
    "dissect": (lambda args, *words: dissect.main(words, args.deep), None, ""),
    "send": (lambda args, *words: send.main(
        words, args, args.connect and connect_address(args.connect)), None, ""),
    "variant": (show_variant, (1,), "WORD [--stage NN]"),
    "transcribe": (transcribe, (0,), ""),
}


def run_command(args):
    """Runs a command that is given as a word, instead of judging."""
    name, *words = args.command
    if name in WHOLE:
        if not os.path.isdir(os.path.join(manifest.TESTS, "bugs")):
            raise SetupError("%s needs the whole project, not a lab's judge" % name)
        module = importlib.import_module("." + WHOLE[name], __package__)
        return getattr(module, name.replace("-", "_"))(load(args), args, words)
    if name not in COMMANDS:
        raise SetupError("no such command: %s (see --help)" % " ".join(args.command))
    function, numbers, usage = COMMANDS[name]
    if numbers and len(words) not in numbers:
        raise SetupError(("usage: tests/check %s %s" % (name, usage)).rstrip())
    return function(args, *words)


def interrupted(_number, _frame):
    """Makes SIGTERM end us as Ctrl-C does, so that the servers are ended, too."""
    raise KeyboardInterrupt


def main(argv=None):
    """Runs the command. Returns its exit status."""
    words = sys.argv[1:] if argv is None else argv
    drawn = words[:1] in (["wire"], ["look"])   # they have options of their own
    args = None if drawn else parser().parse_intermixed_args(words)
    signal.signal(signal.SIGTERM, interrupted)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    adopt_orphans()
    try:
        if drawn:
            return importlib.import_module(".inside.command", __package__).main(words)
        if args.watch:
            return watch_files(args)
        if args.command:
            return run_command(args)
        if args.codecrafters == "list":
            return show_codecrafters()
        settings_file.apply(args)
        return judge(load(args), args)
    except SetupError as error:
        print("tests/check: " + report.as_typed(str(error)), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("tests/check: interrupted", file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 2
    except Exception:  # a bug of the harness is no verdict on a server
        traceback.print_exc()
        print("tests/check: this is a fault of the harness itself",
              file=sys.stderr)
        return 2
    finally:
        end_all()
