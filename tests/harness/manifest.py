"""Reads the stages' manifests, and finds what judges each checkpoint.

tests/checkpoints/NN-name/manifest.ini has one section per checkpoint. NN.N.session
beside it holds its sessions, and a function registered by @judge("NN.N") tests what
sessions cannot express. A checkpoint with neither is an error, and so is a session or a
function without a checkpoint.
"""

import configparser
import glob
import os
import re

from . import session
from .model import Checkpoint, SetupError, Stage, read_text

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(TESTS)
FOLDER = os.path.join(TESTS, "checkpoints")
REQUIRED = ("title", "points", "lesson", "hint1", "hint2", "hint3")
JUDGES = {}


def judge(ident):
    """Registers a function as the judge of a checkpoint."""
    def register(function):
        if ident in JUDGES:
            raise SetupError("two functions judge %s" % ident)
        JUDGES[ident] = function
        return function
    return register


def folders():
    return sorted(map(os.path.dirname, glob.glob(
        os.path.join(FOLDER, "[0-9][0-9]-*", "manifest.ini"))))


def stage_number(text):
    """Returns 03, 3 or 03-resp as the number of an existing stage."""
    number = two_digits(text)
    names = [os.path.basename(folder) for folder in folders()]
    if number not in [name[:2] for name in names]:
        raise SetupError("there is no stage %s: they are %s"
                         % (text, " ".join(names)))
    return number


def two_digits(text):
    """Returns the number alone, even if there is no such stage."""
    return str(text).partition("-")[0].zfill(2)


def place(ident):
    """Returns a checkpoint's place in the order: 10.2a is a step of 10.2, before 10.10."""
    stage, number, step = re.fullmatch(r"(\d+)\.(\d+)([a-z]?)", ident).groups()
    return int(stage), int(number), step


def read_lines(path):
    """Returns the lines of a table that are no comments."""
    lines = read_text(path).removesuffix("\n").split("\n")
    return [line for line in lines if not line.startswith("#")]


def read_ini(path, name_of=str.lower):
    """Returns the sections of a file. name_of() makes a field's name of what is written."""
    reader = configparser.ConfigParser(interpolation=None, strict=True,
                                       delimiters=("=",),
                                       comment_prefixes=("#",))
    reader.optionxform = name_of
    try:
        reader.read_string(read_text(path), path)
    except configparser.Error as error:
        raise SetupError("%s: %s" % (path, error))
    return reader


def read_stage(folder):
    """Returns the stage whose manifest stands in this folder."""
    path = os.path.join(folder, "manifest.ini")
    reader = read_ini(path)
    name = os.path.basename(folder)
    stage = Stage(name[:2], name, [])
    for ident in reader.sections():
        stage.checkpoints.append(read_row(reader[ident], ident, name, path))
    return stage


def read_row(fields, ident, name, path):
    """Reads one section of a manifest."""
    if ident[:3] != name[:2] + ".":
        raise SetupError("%s: [%s] is not of stage %s" % (path, ident, name))
    for field in REQUIRED:
        if field not in fields:
            raise SetupError("%s: [%s] has no %s" % (path, ident, field))
    if fields.get("replays", "all") not in ("all", "cuts", "none"):
        raise SetupError("%s: [%s] replays is all, cuts or none"
                         % (path, ident))
    return Checkpoint(ident, name, fields)


def attach(stage, folder):
    """Gives each checkpoint its sessions and its function."""
    for checkpoint in stage.checkpoints:
        path = os.path.join(folder, checkpoint.id + ".session")
        if os.path.exists(path):
            checkpoint.sessions = session.read_file(path)
        checkpoint.judge = JUDGES.get(checkpoint.id)
        if not checkpoint.sessions and not checkpoint.judge:
            raise SetupError("%s has neither a session nor a function"
                             % checkpoint.id)


def load(newest="99"):
    """Returns all stages up to one, in order, checked."""
    from . import judges
    judges.load()
    stages = []
    for folder in folders():
        if os.path.basename(folder)[:2] > newest:
            continue
        stage = read_stage(folder)
        attach(stage, folder)
        stages.append(stage)
    if not stages:
        raise SetupError("no manifests under %s" % FOLDER)
    check_whole(stages, newest)
    return stages


def check_whole(stages, newest):
    """Checks that every name that is used exists, and nothing is unused."""
    known = {c.id: c for stage in stages for c in stage.checkpoints}
    for checkpoint in known.values():
        for need in checkpoint.needs:
            if need not in known or place(need) >= place(checkpoint.id):
                raise SetupError("%s needs %s, which is no checkpoint before "
                                 "it" % (checkpoint.id, need))
    if not os.path.isdir(os.path.join(ROOT, "stages")):
        return                  # a copy for learners, with fewer checkpoints
    for ident in JUDGES:
        if ident not in known and ident[:2] <= newest:
            raise SetupError("a function judges %s, which is in no manifest"
                             % ident)
    for path in glob.glob(os.path.join(FOLDER, "[0-9]*", "*.session")):
        ident = os.path.basename(path)[:-8]
        if ident not in known and ident[:2] <= newest:
            raise SetupError("%s belongs to no checkpoint" % path)


def find_all(stages, ident):
    """Returns the checkpoint of that id (3.1 is 03.1), or the steps of that track (10.1 is
    10.1a, 10.1b and so on)."""
    number, dot, rest = ident.partition(".")
    ident = number.zfill(2) + dot + rest
    every = [checkpoint for stage in stages for checkpoint in stage.checkpoints]
    found = ([checkpoint for checkpoint in every if checkpoint.id == ident]
             or [checkpoint for checkpoint in every
                 if re.fullmatch(re.escape(ident) + "[a-z]", checkpoint.id)])
    if not found:
        raise SetupError("there is no checkpoint %s (tests/check list shows all)" % ident)
    return found


def find(stages, ident):
    """Returns the checkpoint of that id; of a track, the first step."""
    return find_all(stages, ident)[0]


def stage_folder(number):
    """Returns the folder of a stage of this project, with its lesson, or None."""
    found = glob.glob(os.path.join(ROOT, "stages", number + "-*"))
    return found[0] if found else None


def own_server(number):
    """Returns the command of this project's own server of a stage."""
    folder = stage_folder(number)
    if not folder:
        raise SetupError("no stages/%s-* here: say which server to judge "
                         "with --server" % number)
    program = os.path.join(folder, "server")
    if not os.access(program, os.X_OK):
        raise SetupError("%s is not built: make -C %s, or say which server "
                         "to judge with --server"
                         % (os.path.relpath(program),
                            os.path.relpath(folder)))
    import shlex
    return shlex.quote(os.path.relpath(program)
                       if not os.path.relpath(program).startswith("..")
                       else program) + " --port {port}"
