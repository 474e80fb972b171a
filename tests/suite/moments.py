"""moments.py SERVER FOLDER: a log that tells the time is cut off at a moment.

SERVER (ours) and redis-server each write a log with aof-timestamp-enabled; a rewrite makes
its base, of commands. redis-check-aof cuts it off before the last moment that it tells, and
then both servers must start from it, without the key that came last. All differences are
printed; then the program ends with 1.
"""

import glob
import os
import re
import shutil
import subprocess
import sys

from common import Server, connect, eventually, finish

WORDS = ["--appendonly", "yes", "--appendfsync", "always", "--save", "",
         "--aof-use-rdb-preamble", "no", "--aof-timestamp-enabled", "yes"]


def start(command, folder):
    server = Server(command, words=WORDS, folder=folder, loaded=True).start()
    return server, connect(server.port)


def write(command, folder):
    os.makedirs(folder)
    server, client = start(command, folder)
    client.ask("SET", "early", 1)
    client.ask("BGREWRITEAOF")
    eventually(lambda: b"aof_base_size:0" not in client.ask("INFO", "persistence")[1]
               and b"rewrite_in_progress:0" in client.ask("INFO", "persistence")[1])
    client.ask("SET", "kept", 2)
    second = client.ask("TIME")[1][0]
    eventually(lambda: client.ask("TIME")[1][0] != second)
    client.ask("MSET", "late", 3)
    server.kill()
    server.stop()


def moments(folder, part):
    """Returns the moments that a part of the log tells, and the rest of its lines."""
    with open(glob.glob(f"{folder}/appendonlydir/*.{part}.aof")[-1], "rb") as file:
        text = file.read()
    return [int(moment) for moment in re.findall(rb"^#TS:(\d+)\r\n", text, re.M)], text


def differences(maker, starters, folder):
    write(maker, folder)
    told, base = moments(folder, "base")
    if len(told) != 1 or not base.startswith(b"#TS:"):
        yield f"{maker}: the base tells {told}"
    told, text = moments(folder, "incr")
    last = text.rindex(b"#TS:")
    if told != sorted(set(told)) or text.index(b"MSET") < last:
        yield f"{maker}: the increment tells {told}: {text}"
    manifest = glob.glob(f"{folder}/appendonlydir/*.manifest")[0]
    subprocess.run(["redis-check-aof", "--truncate-to-timestamp", str(told[-1] - 1), manifest],
                   input=b"y\n", stdout=subprocess.DEVNULL, check=True)
    for number, starter in enumerate(starters):
        copy = f"{folder}-{number}"
        shutil.copytree(folder, copy)
        server, client = start(starter, copy)
        keys = sorted(key for _, key in client.ask("KEYS", "*")[1])
        server.stop(0)
        if keys != [b"early", b"kept"]:
            yield f"{maker} to {starter}: {keys}"


def main():
    both = (sys.argv[1] + " --port {port}", "redis-server --port {port}")
    finish(line for number, maker in enumerate(both)
           for line in differences(maker, both, os.path.join(sys.argv[2], str(number))))


if __name__ == "__main__":
    main()
