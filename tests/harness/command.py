"""A server's command line, and the folder that it works in."""

import glob
import os
import shlex
import shutil
import subprocess

from .model import SetupError


def ran(words, **options):
    """Runs a program to its end. Returns its exit status, and what it printed."""
    done = subprocess.run(words, check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, **options)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def build(folder, *goals):
    """Runs make in a folder. Raises SetupError if that fails."""
    try:
        status, said = ran(["make", "-s", "-C", folder, *goals])
    except OSError as error:
        raise SetupError("make cannot be run: %s" % error.strerror)
    if status:
        raise SetupError("%s does not build here: %s" % (
            os.path.relpath(folder), said.strip()[-400:]))


def command_words(command, port):
    """Returns the command line, split, with {port} filled in."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise SetupError("--server: %s in: %s" % (error, command))
    if not words:
        raise SetupError("--server is empty")
    if "{port}" not in command:
        raise SetupError("--server must say where the port goes: "
                         "--server '%s --port {port}'" % command)
    words = [word.replace("{port}", str(port)) for word in words]
    if shutil.which(words[0]) is None:
        raise SetupError("the server's command cannot be run: %s is not there or not "
                         "executable. --server, or server and build in check.toml, say how "
                         "it is started and made" % words[0])
    return words


def from_anywhere(words):
    """Returns the command for another working folder: files and folders that exist here
    are named by their full paths, except behind an option (in --dbfilename dump.rdb the
    server looks for the name in its own folder)."""
    moved = [os.path.abspath(shutil.which(words[0]))]
    for before, word in zip(words, words[1:]):
        known = not before.startswith("--") and os.path.exists(word)
        moved.append(os.path.abspath(word) if known else word)
    return moved


class Home:
    """The folder that the harness was called in, for commands that work in no other
    (cargo run, python3 -m app.main). Files that a server saves there when it ends are
    removed, as a later server would find them."""

    SAVED = ("*.rdb", "*.aof", "appendonlydir")
    movable = set()         # commands that have started in another folder
    needed = set()          # commands that have failed there

    def __init__(self):
        self.before = self.saved()

    def saved(self):
        """Files that servers are known to leave behind."""
        return {name for pattern in self.SAVED for name in glob.glob(pattern)}

    def tidy(self):
        """Removes the files that have come since."""
        for name in self.saved() - self.before:
            if os.path.isdir(name) and not os.path.islink(name):
                shutil.rmtree(name, ignore_errors=True)
            else:
                os.unlink(name)
