"""The cases in which other programs manage our servers: Redis Sentinel, and twemproxy,
which spreads keys over several servers."""

import contextlib
import importlib
import os
import shutil
import signal
import tempfile
import threading
import time

from harness import kernel, wire
from harness.server import Server

from .cases import case, wait_until
from .machines import Link, follow, is_replica, start, wait_for_link, wait_until_equal
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
    words = [text.decode() for text in wire.plain(sentinel.ask("SENTINEL", "MASTER", "main"))]
    return dict(zip(words[::2], words[1::2]))


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


NUTCRACKER = """
set:
  listen: 127.0.0.1:%d
  hash: fnv1a_64
  distribution: ketama
  auto_eject_hosts: false
  redis: true
  servers:
%s
"""


@contextlib.contextmanager
def spread_over(places):
    """Returns a client of a proxy that spreads keys over these servers."""
    port = kernel.free_port()
    command = "%s -c {port}.yml -s %d" % (program("nutcracker"), kernel.free_port())
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "%d.yml" % port), "w", encoding="ascii") as file:
            file.write(NUTCRACKER % (port, "\n".join(
                "   - 127.0.0.1:%d:1 s%d" % (place.port, number)
                for number, place in enumerate(places))))
        proxy = Server(command, folder=folder)
        try:
            with proxy.start(port).client() as client:
                yield client
        finally:
            proxy.stop(0)


@case("shards")
def shards(judge):
    places = [start(judge, "ours") for _ in range(4)]
    with spread_over(places) as client:
        keys = ["key:%d" % number for number in range(2000)]
        client.ask_all([("SET", key, key) for key in keys])
        found = [text.decode() for _, text in client.ask("MGET", *keys)[1]]
        check(found == keys, "MGET by way of the proxy gives something else")
        check(client.ask("DEL", *keys[:1000])[1] == 1000, "DEL counts something else")
        sizes = [place.ask("DBSIZE")[1] for place in places]
        check(sum(sizes) == 1000 and min(sizes) > 0, "they hold %s", sizes)
        judge.seen["keys"] = sum(sizes)


@case("pair")
def pair(judge):
    """Plays a live migration from Redis: ours follows it, and takes over."""
    old = start(judge, "redis")
    new = start(judge, "ours", follows=old)
    wait_for_link(new)
    with old.client() as client:
        client.ask_all([("SET", "k%d" % n, str(n)) for n in range(1000)])
    wait_until_equal(old, new)
    follow(new, None)
    check(new.ask("GET", "k999")[1] == b"999", "a key is missing")
    check(new.ask("SET", "k", "v")[0] == "+", "it takes no writes")
