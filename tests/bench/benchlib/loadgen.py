"""Builds load.c and runs it."""

import json
import os
import shutil
import subprocess
import tempfile

from . import HERE
from .servers import CannotMeasure

SOURCE = os.path.join(HERE, "load.c")
FLAGS = ["-std=c17", "-D_GNU_SOURCE", "-O2", "-g"]
LIMIT_SECONDS = 570
SUMMED = ("seconds", "requests", "server_cpu_ns", "server_user_ns",
          "server_system_ns", "load_cpu_ns")


def build():
    """The path of the load generator, compiled when its source is newer."""
    folder = os.path.join(HERE, "build")
    program = os.path.join(folder, "load")
    if (os.path.exists(program)
            and os.path.getmtime(program) >= os.path.getmtime(SOURCE)):
        return program
    compiler = os.environ.get("CC") or "cc"
    if not shutil.which(compiler.split()[0]):
        raise CannotMeasure("a C compiler is needed to build load.c: there "
                            f"is no '{compiler}' (CC= names another)")
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError:
        folder = tempfile.mkdtemp(prefix="bench-")
        program = os.path.join(folder, "load")
    done = subprocess.run(
        compiler.split() + FLAGS + ["-o", program, SOURCE],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False)
    if done.returncode != 0:
        raise CannotMeasure("load.c does not compile:\n" + done.stdout)
    return program


class Load:
    """The load generator with what is the same for all runs."""

    def __init__(self, core=None):
        self.program = build()
        self.core = core

    def run(self, servers, **options):
        """One run on one server or on two in turn; returns a result for each.

        An option is load.c's: value_size=64 is --value-size 64, True is an
        option without a value, None leaves it out.
        """
        command = [self.program]
        for server in servers:
            command += ["--port", str(server.port)]
            for pid in server.parts:
                command += ["--pid", str(pid)]
        if self.core is not None:
            command += ["--cpu", str(self.core)]
        for name, value in options.items():
            if value is None:
                continue
            command.append("--" + name.replace("_", "-"))
            if value is not True:
                command.append(str(value))
        who = " and ".join(server.name for server in servers)
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True,
                                  timeout=LIMIT_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise CannotMeasure(f"{who}: the load did not end in "
                                f"{LIMIT_SECONDS} s") from None
        if done.returncode != 0:
            lines = "\n".join(server.last_text() for server in servers)
            raise CannotMeasure(f"{who}: {done.stderr.strip()}\n{lines}")
        results = json.loads(done.stdout)["servers"]
        for result in results:
            for name in SUMMED:
                result[name] = sum(one[name] for one in result["slices"])
        return results

    def fill(self, server, command, count, start=0):
        """Runs the template once for each index from start to count."""
        result = self.run([server], command=command, fill=True, clients=4,
                          pipeline=64, keys=count, **{"from": start})[0]
        if result["errors"]:
            raise CannotMeasure("{}: '{}' fails: {}".format(
                server.name, command, result["first_error"]))
        return result
