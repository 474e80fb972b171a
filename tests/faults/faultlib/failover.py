"""The case in which Redis Sentinel manages our servers."""

import contextlib
import importlib
import os
import shutil
import signal
import threading
import time

from harness import wire
from harness.held import pairs

from .cases import case, wait_until
from .machines import Link, is_replica, start, wait_for_link, wait_until_equal
from .place import Skipped, check

SENTINEL = """
sentinel monitor main %s %d 2
sentinel down-after-milliseconds main 2000
sentinel failover-timeout main 4000
sentinel parallel-syncs main 2
"""
ELECTED = 90.0          # seconds until there is another primary


def program(name):
    """Returns the path of a program, which Debian may have put where only root looks.
    """
    found = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin")
    if not found:
        raise Skipped("%s is not here" % name)
    return found


def start_sentinels(judge, address):
    """Starts three sentinels that watch over the primary at that address."""
    sentinels = []
    for _ in range(3):
        place = judge.place(command=program("redis-sentinel") + " sentinel.conf --port {port}")
        with open(os.path.join(place.folder, "sentinel.conf"), "w", encoding="ascii") as file:
            file.write(SENTINEL % address)
        sentinels.append(place.start())
    return sentinels


def watched(sentinel):
    """Returns what a sentinel knows about the primary: {field: text}."""
    return pairs([text.decode() for text in wire.plain(
        sentinel.ask("SENTINEL", "MASTER", "main"))])


def primary_of(sentinel):
    """Returns the address of the primary, as a sentinel gives it."""
    host, port = wire.plain(sentinel.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "main"))
    return host.decode(), int(port)


class Follower(threading.Thread):
    """A client of redis-py that asks the sentinels for the primary, and writes numbers
    there, each again and again until it was acknowledged."""

    def __init__(self, sentinels):
        super().__init__(daemon=True)
        module = importlib.import_module("redis.sentinel")
        self.errors = importlib.import_module("redis").RedisError
        addresses = [place.address for place in sentinels]
        self.client = module.Sentinel(addresses, socket_timeout=0.5).master_for(
            "main", socket_timeout=0.5)
        self.safe, self.over, self.moments = set(), False, []
        self.start()

    def run(self):
        turn = 0
        while not self.over:
            turn += 1
            with contextlib.suppress(self.errors, OSError):
                with self.client.pipeline(transaction=False) as pipe:
                    _, replicas = pipe.sadd("numbers", turn).execute_command(
                        "WAIT", 1, 300).execute()
                self.moments.append(time.monotonic())
                if replicas:
                    self.safe.add(turn)
                continue
            time.sleep(0.02)

    def end(self):
        self.over = True
        self.join()


HOW = {"killed": lambda place, link: place.kill(),
       "stopped": lambda place, link: os.kill(place.main_pid(), signal.SIGSTOP),
       "cut off": lambda place, link: link.cut(down=True)}


def come_back(how, place, link):
    if how == "killed":
        place.again()
    elif how == "stopped":
        os.kill(place.main_pid(), signal.SIGCONT)
    link.heal()


@case("sentinel", each=lambda judge: [(how,) for how in judge.sample(list(HOW), 1)])
def sentinel(judge, how):
    try:
        importlib.import_module("redis")
    except ImportError as missing:
        raise Skipped("redis-py is not here") from missing
    primary = start(judge, "ours")
    link = Link(judge, primary)
    replicas = [start(judge, "ours", follows=link) for _ in range(2)]
    for place in replicas:
        wait_for_link(place)
    sentinels = start_sentinels(judge, link.address)
    for place in sentinels:
        wait_until(lambda place=place: (watched(place)["num-slaves"], watched(place)[
            "num-other-sentinels"]) == ("2", "2"), "the sentinels know each other", ELECTED)
    client = Follower(sentinels)
    wait_until(lambda: len(client.safe) > 50, "the client writes")
    began = time.monotonic()
    HOW[how](primary, link)
    wait_until(lambda: all(primary_of(place) != link.address for place in sentinels),
               "another primary is elected", ELECTED)
    judge.seen["seconds"] = max(judge.seen["seconds"], round(time.monotonic() - began, 1))
    elected = len(client.moments)
    wait_until(lambda: len(client.moments) > elected + 50, "the client goes on", ELECTED)
    client.end()
    port_of_new = primary_of(sentinels[0])[1]
    new, = (place for place in replicas if place.port == port_of_new)
    found = {int(text) for _, text in new.ask("SMEMBERS", "numbers")[1]}
    # A primary that was cut off, stopped or killed acknowledges no more.
    check(client.safe <= found, "lost, though a replica had them: %s",
          sorted(client.safe - found)[:20])
    come_back(how, primary, link)
    wait_until(lambda: is_replica(primary), "the old primary follows the new one", ELECTED)
    wait_until_equal(new, primary, *(place for place in replicas if place is not new))
    judge.seen["writes"] += len(client.safe)
