"""Runs load.c."""

import json
import os
import subprocess

from harness.command import build
from harness.model import SetupError

from . import HERE

LIMIT_SECONDS = 570
SUMMED = ("seconds", "requests", "server_cpu_ns", "server_user_ns",
          "server_system_ns", "load_cpu_ns")


class Load:
    """The load generator, with the options that are the same for all runs."""

    def __init__(self, core=None):
        build(HERE)
        self.program = os.path.join(HERE, "build", "load")
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
            raise SetupError(f"{who}: the load did not end in "
                             f"{LIMIT_SECONDS} s") from None
        if done.returncode != 0:
            lines = "\n".join(server.last_text() for server in servers)
            raise SetupError(f"{who}: {done.stderr.strip()}\n{lines}")
        results = json.loads(done.stdout)["servers"]
        for result in results:
            for name in SUMMED:
                result[name] = sum(one[name] for one in result["slices"])
        return results

    def fill(self, server, command, count, start=0):
        """Sends the template once for each index from start to count."""
        result = self.run([server], command=command, fill=True, clients=4,
                          pipeline=64, keys=count, **{"from": start})[0]
        if result["errors"]:
            raise SetupError(f"{server.name}: '{command}' fails: "
                             + result["first_error"])
