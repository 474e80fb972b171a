"""check.toml: says what to judge in a learner's own folder.

    stage = "03"
    server = "python3 server.py --port {port}"
    ready = 5
    build = "make"

`tests/check init` writes it, and from then on plain `tests/check` works in that folder.
It is TOML, of which this module reads what the file needs: a key, a text or a number,
comments. Python 3.9 has no reader of TOML, and a reader that knows the keys can say
what is wrong with a line. The command line takes precedence over the file.
"""

import difflib
import glob
import json
import os
import re
import shlex

from . import manifest
from .model import SetupError, read_text, write_file

NAME = "check.toml"
LONGEST_READY = 600
ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r",
           '"': '"', "\\": "\\"}
FIRST_ARGUMENT = {".py": r"argv\[-?1\]", ".js": r"argv\[2\]",
                  ".mjs": r"argv\[2\]", ".rb": r"ARGV\[0\]", ".c": r"argv\[1\]",
                  ".cpp": r"argv\[1\]", ".java": r"args\[0\]", ".php": r"argv\[1\]",
                  ".pl": r"ARGV\[0\]", ".tcl": r"argv 0\b|lassign \$argv", ".lua": r"arg\[1\]",
                  ".sh": r"\$\{?1\b", ".go": r"os\.Args\[1\]", ".d": r"args\[1\]",
                  ".nim": r"paramStr\(?\s*1\b", ".kt": r"args\[0\]"}
MADE = "./server%.0s"
# What starts a program in one folder, and makes it; %s is its file.
SOURCES = ((".py", "python3 %s", None), (".js", "node %s", None), (".mjs", "node %s", None),
           (".rb", "ruby %s", None), (".c", "./server%.0s", "cc -g -Wall -o server *.c"),
           (".cpp", "./server%.0s", "c++ -g -Wall -o server *.cpp"),
           (".java", "java -cp . %s", "javac *.java"),
           (".php", "php %s", None), (".ts", "npx tsx %s", None), (".pl", "perl %s", None),
           (".exs", "elixir %s", None), (".lua", "lua %s", None), (".tcl", "tclsh %s", None),
           (".lisp", "sbcl --script %s", None), (".go", MADE, "go build -o server %s"),
           (".hs", MADE, "ghc -threaded -o server %s"), (".adb", MADE, "gnatmake -o server %s"),
           (".pas", MADE, "fpc -oserver %s"), (".nim", MADE, "nim c -o:server %s"),
           (".zig", MADE, "zig build-exe -femit-bin=server %s"), (".d", MADE, "dmd -of=server %s"),
           (".rs", MADE, "rustc -o server %s"), (".swift", MADE, "swiftc -o server *.swift"),
           (".cr", MADE, "crystal build -o server %s"),
           (".kt", "java -jar server.jar%.0s", "kotlinc %s -include-runtime -d server.jar"),
           (".sh", "bash %s", None))
LINE = re.compile(r"([A-Za-z0-9_-]+)[ \t]*=[ \t]*(.*)")
TEXT = re.compile(r"""'([^']*)'|"((?:[^"\\]|\\.)*)\"""")
ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))")
NUMBER = re.compile(r"[+-]?(0|[1-9](_?[0-9])*)(\.[0-9](_?[0-9])*)?")


class Wrong(Exception):
    """A value is wrong; the text says why."""


def take_text(text):
    """Returns (value, the rest of the line) of a text in quotes."""
    if text.startswith(text[0] * 3):
        raise Wrong("a text over several lines is not read here")
    found = TEXT.match(text)
    if not found:
        raise Wrong("the closing %s is missing" % text[0])
    plain, escaped = found.groups()
    return (ESCAPE.sub(unescaped, escaped) if plain is None else plain,
            text[found.end():])


def unescaped(escape):
    """Returns the character that an escape stands for."""
    short, long, letter = escape.groups()
    number = int(short or long or "d800", 16)       # no character has that
    if number < 0x110000 and not 0xd800 <= number < 0xe000:
        return chr(number)
    if letter in ESCAPES:
        return ESCAPES[letter]
    raise Wrong("%s is no escape of TOML; a backslash is \\\\, or put the "
                "text into single quotes" % escape.group()[:2])


def take_value(text):
    """Returns (value, the rest of the line): a text or a number."""
    if not text or text[0] == "#":
        raise Wrong("the value is missing")
    if text[0] in "\"'":
        return take_text(text)
    found = NUMBER.match(text)
    word = re.match(r"[^\s#]*", text).group()
    if found and found.group() == word:
        number = word.replace("_", "")
        return (float if "." in number else int)(number), text[len(word):]
    if word.isdigit():
        raise Wrong('a number does not begin with 0; write "%s", in quotes'
                    % word)
    if word[0] in "[{":
        raise Wrong("lists and tables are not read here")
    raise Wrong("a text stands in quotes")


def parse(text, name=NAME):
    """Returns {key: (value, line number)} of the file's text."""
    found = {}
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip()
        if not line or line[0] == "#":
            continue
        where = "%s, line %d" % (name, number)
        if line[0] == "[":
            raise SetupError("%s: there are no tables here, only lines such "
                             "as stage = \"03\"" % where)
        pair = LINE.fullmatch(line)
        if not pair:
            raise SetupError("%s: not of the form key = value: %s"
                             % (where, line))
        key = pair.group(1)
        known(key, where)
        if key in found:
            raise SetupError("%s: %s stands there twice, first in line %d"
                             % (where, key, found[key][1]))
        try:
            value, rest = take_value(pair.group(2))
            if rest.strip() and rest.strip()[0] != "#":
                raise Wrong("something stands behind the value: "
                            + rest.strip())
            found[key] = (CHECKS[key](value), number)
        except (Wrong, SetupError) as wrong:
            raise SetupError("%s: %s: %s" % (where, key, wrong))
    return found


def known(key, where):
    """Refuses an unknown key, and says which one was probably meant."""
    if key in CHECKS:
        return
    near = difflib.get_close_matches(key, CHECKS, 1)
    raise SetupError("%s: there is no %s%s; there are %s" % (
        where, key, ", did you mean %s?" % near[0] if near else "",
        ", ".join(CHECKS)))


def check_server(value):
    """Checks a command, which needs a place for the port."""
    check_text(value)
    try:
        shlex.split(value)
    except ValueError as error:
        raise Wrong("%s in: %s" % (error, value))
    if "{port}" not in value:
        raise Wrong("it must say where the port goes: \"%s --port {port}\""
                    % value)
    return value


def check_ready(value):
    if isinstance(value, str):
        raise Wrong("a number of seconds is due, without quotes")
    if not 0 < value <= LONGEST_READY:
        raise Wrong("more than 0 and at most %d seconds" % LONGEST_READY)
    return float(value)


def check_text(value):
    """Checks a text, which must not be empty."""
    if not isinstance(value, str):
        raise Wrong("a text stands in quotes")
    if not value.strip():
        raise Wrong("it is empty")
    return value


def check_guess(value):
    if value not in ("yes", "no"):
        raise Wrong('"yes" or "no"')
    return value


CHECKS = {"stage": manifest.stage_number, "server": check_server,
          "ready": check_ready, "build": check_text, "guess": check_guess,
          "variant": check_text}


def read():
    """Returns {key: value} of the file in this folder, {} if there is none."""
    text = read_text(NAME) if os.path.exists(NAME) else ""
    return {key: value for key, (value, _) in parse(text).items()}


def above():
    """Returns the nearest folder above that has the file, or None."""
    folder = os.getcwd()
    while folder != os.path.dirname(folder):
        folder = os.path.dirname(folder)
        if os.path.exists(os.path.join(folder, NAME)):
            return folder
    return None


def apply(args):
    """Fills in what the command line has left open. A run that does not say what to
    judge stops at the first failure."""
    replays = args.command[:1] == ["replay"]
    if args.command and not replays:
        return
    wanted = args.stage or args.only or args.codecrafters or replays
    found = read()
    if not found and not wanted and above():
        raise SetupError("there is a %s in %s: call tests/check there"
                         % (NAME, above()))
    args.ready = args.ready or found.get("ready")
    args.no_guess = args.no_guess or found.get("guess") == "no"
    if replays:                 # its file says which server, and of which stage
        return
    args.variant = args.variant or found.get("variant")
    if not args.server and not args.connect:
        args.server = found.get("server")
        args.build = args.build or found.get("build")
    if "stage" not in found:
        return
    if not wanted:
        args.stage = found["stage"]
        args.first = True
    elif args.only and not args.stage:
        args.stage = max([found["stage"]] + [ident[:2] for ident in args.only])


def init(args):
    """Writes the file, from the command line and from the files in this folder."""
    if os.path.exists(NAME):
        raise SetupError("%s is here already: change it, or remove it"
                         % NAME)
    if args.server:
        server, build, why = args.server, None, "as you said"
    else:
        server, build, why = guess()
    fields = {"stage": args.stage or "01", "server": server,
              "ready": args.ready or 5, "build": args.build or build}
    text = written(fields)
    parse(text)                 # --stage 99 is refused before it is written
    write_file(NAME, text.encode())
    print("%s now says how your server is judged (%s):\n" % (NAME, why))
    print("".join("    %s\n" % line for line in text.splitlines()
                  if line and line[0] != "#"))
    return manifest.stage_number(fields["stage"])


def written(fields):
    """Returns the text of the file."""
    server, build = json.dumps(fields["server"], ensure_ascii=False), fields["build"]
    lines = ["# How tests/check judges the server in this folder.", "",
             "# How far: all checkpoints up to this stage.",
             "stage = %s" % json.dumps(str(fields["stage"])), "",
             "# What starts the server. {port} becomes a free port.",
             "server = " + server, "",
             "# How many seconds it may take until it listens.",
             "ready = %g" % fields["ready"], "",
             "# What makes it, before each run.",
             "build = " + json.dumps(build, ensure_ascii=False) if build
             else '# build = "make"']
    if "guess" in fields:
        lines += ["", "# Whether a failure says what it looks like.",
                  "guess = " + json.dumps(fields["guess"])]
    return "\n".join(lines) + "\n"


def guess():
    """Guesses (server, build or None, why) from the look of this folder."""
    for name, made in (
            ("Cargo.toml", named(r'(?m)^\s*name\s*=\s*"([^"]+)"', "target/debug/%s",
                                 "cargo build --quiet")),
            ("go.mod", lambda _: ("./server --port {port}", "go build -o server .")),
            ("package.json", of_node),
            ("mix.exs", lambda _: ("mix run --no-halt -- --port {port}", "mix compile")),
            ("CMakeLists.txt", named(r"add_executable\s*\(\s*([\w.-]+)", "build/%s",
                                     "cmake -S . -B build && cmake --build build")),
            ("build.zig", named(r'\.name\s*=\s*"([^"]+)"', "zig-out/bin/%s", "zig build")),
            ("Package.swift", named(r'executableTarget\s*\(\s*name:\s*"([^"]+)"', ".build/debug/%s",
                                    "swift build")),
            ("dub.json", named(r'"name"\s*:\s*"([^"]+)"', "./%s", "dub build -q")),
            ("dub.sdl", named(r'(?m)^name\s+"([^"]+)"', "./%s", "dub build -q")),
            ("stack.yaml", lambda _: ("stack run -- --port {port}", "stack build")),
            ("*.cabal", named(r"(?mi)^executable\s+(\S+)", "cabal run -v0 %s --",
                              "cabal build -v0")),
            ("dune-project", lambda _: ("_build/default/%s.exe --port {port}" % (
                "bin/main" if os.path.isdir("bin") else "main"), "dune build")),
            ("*.csproj", lambda _: ("dotnet run --no-build -- --port {port}", "dotnet build -v q")),
            ("Makefile", lambda _: ("./server --port {port}", "make")),
            ("your_program.sh", lambda _: ("./your_program.sh --port {port}", None))):
        for found in sorted(glob.glob(name))[:1]:
            return made(found) + ("guessed from %s" % found,)
    for suffix, command, build in SOURCES:
        source = main_of(glob.glob("*" + suffix))
        if source:
            words = command % shlex.quote(source.removesuffix(".java"))
            build = build and build.replace("%s", shlex.quote(source))
            return with_port(words, source), build, "guessed from %s" % source
    return ("./server --port {port}", None,
            "a guess, as nothing here shows what starts it: please correct server and build")


def main_of(names):
    """Returns the file of a program that is the one to start, or None."""
    for stem in ("server", "main", "app", "index", "redis"):
        for name in sorted(names):
            if os.path.splitext(name)[0].lower() == stem:
                return name
    return names[0] if len(names) == 1 else None


def with_port(command, source):
    """Returns the command with a port: as an option, unless its source takes the first
    argument and does not know the option."""
    text = text_of(source)
    bare = "--port" not in text and re.search(
        FIRST_ARGUMENT.get(os.path.splitext(source)[1], "(?!)"), text)
    return command + (" {port}" if bare else " --port {port}")


def text_of(path):
    """Returns the text of a file, as far as it can be read."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def named(pattern, server, build):
    """Returns a function that finds the program's name in the file of a project."""
    def of(path):
        name = re.search(pattern, text_of(path))
        return server % (name.group(1) if name else "server") + " --port {port}", build
    return of


def of_node(path):
    try:
        script = json.loads(text_of(path)).get("main")
    except (ValueError, AttributeError):
        script = None
    script = script or main_of(glob.glob("*.js") + glob.glob("*.mjs"))
    script = script or "server.js"
    return with_port("node " + shlex.quote(script), script), None
