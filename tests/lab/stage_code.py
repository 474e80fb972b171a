"""The part of a stage's code that a lab takes out: the sources that the checkpoints of
its manifest name on their line `code`. Each word is a source of the stage, or a pattern
(hash/*), perhaps with functions or tables behind it (db.c:is_due,find). A word with !
in front stays."""

import fnmatch
import os
import subprocess

import emptied
from folder import ROOT
from harness import manifest
from harness.model import SetupError

COMMENT = "Yours to write, for checkpoint %s."


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def own_sources(folder):
    """Returns {path in the stage: text} of the sources whose home is the stage."""
    found = {}
    for place, folders, names in os.walk(folder):
        folders[:] = [one for one in folders if one not in ("from", "build")]
        for name in names:
            path = os.path.join(place, name)
            if name.endswith(".c") and not os.path.islink(path):
                found[os.path.relpath(path, folder)] = read(path)
    return found


def to_write(stage, sources):
    """Returns {path: {function: checkpoint id}}: everything that is taken out."""
    found = {}
    for checkpoint in stage.checkpoints:
        for word in checkpoint.code:
            pattern, _, names = word.lstrip("!").partition(":")
            paths = fnmatch.filter(sources, pattern)
            if not paths:
                raise SetupError("%s names the code %s, and stage %s has no such "
                                 "source" % (checkpoint.id, word, stage.name))
            for path in paths:
                there = emptied.functions(sources[path])
                for name in names.split(",") if names else there:
                    if name not in {**there, **emptied.tables(sources[path])}:
                        raise SetupError("%s: there is no %s in %s"
                                         % (checkpoint.id, name, path))
                    if word.startswith("!"):
                        found.get(path, {}).pop(name, None)
                    else:
                        found.setdefault(path, {}).setdefault(name, checkpoint.id)
    return {path: names for path, names in found.items() if names}


class Before:
    """The stage before: what it had under the same names."""

    def __init__(self, number):
        self.files, self.bodies, self.texts = {}, {}, []
        folder = manifest.stage_folder("%02d" % (int(number) - 1))
        for place, _, names in os.walk(folder or os.devnull):
            for name in sorted(names):
                if name.endswith((".c", ".h")) and "build" not in place.split(os.sep):
                    self.add(name, read(os.path.join(place, name)))

    def add(self, name, text):
        self.texts.append(text)
        if name.endswith(".c"):
            self.files[name] = text
        for function, item in emptied.functions(text).items():
            if not item.private or name.endswith(".h"):
                self.bodies[function] = item.body()


def empty_stage(stage, target):
    """Takes the code out of an exported stage. Returns what is to be written there,
    {path: {function: checkpoint}}. A file that the stage before has begun is as it was
    there, and has the name "" instead of functions."""
    sources = own_sources(manifest.stage_folder(stage.number))
    chosen, before = to_write(stage, sources), Before(stage.number)
    left = {}
    for path, names in chosen.items():
        there = emptied.functions(sources[path])
        text = before.files.get(os.path.basename(path))
        if text is None or set(names) < set(there):
            text = emptied.empty(sources[path], {
                name: COMMENT % ident for name, ident in names.items()}, before.bodies)
            left[path] = {name: names[name] for name in emptied.functions(text)
                          if name in names}
        else:
            left[path] = {"": next(iter(names.values()))}
        with open(os.path.join(target, path), "w", encoding="utf-8") as file:
            file.write(text)
    return left


def export(number, target):
    """Exports a stage as plain files, without its lesson."""
    done = subprocess.run([os.path.join(ROOT, "common", "tools", "export"), number,
                           target], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)
    if done.returncode:
        raise SetupError(done.stdout.strip())
    os.unlink(os.path.join(target, "README.md"))
