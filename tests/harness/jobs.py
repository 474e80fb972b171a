"""Several judgements side by side, each in a process of its own.

A judgement waits far more than it works, so a machine can do a few more at
once than it has CPUs, and those that say that they rest do not count. Each is a
child of this process with its own servers, its own limits and nothing shared
but how often the server was silent; what it finds out comes back through a
pipe. This process starts no server meanwhile.
"""

import contextlib
import multiprocessing
import multiprocessing.connection
import signal
import threading
import traceback

from . import kernel, server
from .model import SetupError

CONTEXT = multiprocessing.get_context("fork")
BESIDE = 3              # times as many calls may be there, with those that rest
RESTS, WORKS = True, False      # what a child says before its result
told_to = None          # in a child: the pipe to its parent


class Pool:
    """At most `most` calls at once that do not rest."""

    def __init__(self, most):
        self.most = most
        self.running = {}       # pipe: (key, process)
        self.resting = set()    # pipes of those that rest

    def full(self):
        return (len(self.running) - len(self.resting) >= self.most
                or len(self.running) >= BESIDE * self.most)

    def idle(self):
        return not self.running

    def keys(self, but=()):
        """Returns the keys of what is running, but not behind these pipes."""
        return [key for pipe, (key, _) in self.running.items() if pipe not in but]

    def start(self, key, function, *arguments):
        """Calls a function in a child; wait() returns its result."""
        mine, childs = CONTEXT.Pipe(duplex=False)
        child = CONTEXT.Process(target=work,
                                args=(childs, function, arguments))
        with kernel.uninterrupted():        # until work() can take the signal
            child.start()
            self.running[mine] = (key, child)
        childs.close()

    def wait(self):
        """Waits until one has ended, or begins to rest. Returns (key, the function's result), or
        None if it rests."""
        while True:
            pipe = multiprocessing.connection.wait(list(self.running))[0]
            key, child = self.running[pipe]
            try:
                answer = pipe.recv()
            except EOFError:
                answer = RuntimeError("the judgement of %s ended without a result"
                                      % (key,))
            self.resting.discard(pipe)
            if answer is RESTS:
                self.resting.add(pipe)
                return None
            if answer is not WORKS:
                break
        child.join()
        pipe.close()
        del self.running[pipe]
        if isinstance(answer, Exception):
            raise answer
        return key, answer[0]

    def stop(self):
        """Ends all that still run; each ends its servers first. Python swallows the
        exception that a signal raises while an object is freed, so a child that goes on
        is told again, later than it takes to end servers."""
        for _, child in self.running.values():
            child.terminate()
        for _, child in self.running.values():
            while child.join(10) or child.is_alive():
                child.terminate()
        self.running = {}


@contextlib.contextmanager
def resting():
    """In a child: another call may be made meanwhile, since this one only waits."""
    tell(RESTS)
    try:
        yield
    finally:
        tell(WORKS)


def tell(what):
    """In a child: tells it to the parent, if it is there, and the whole child does so."""
    if told_to and threading.current_thread() is threading.main_thread():
        with contextlib.suppress(OSError):
            told_to.send(what)


def work(pipe, function, arguments):
    """Runs in the child: calls, hands back the result, leaves nothing behind."""
    global told_to
    told_to = pipe
    server.running.clear()
    server.adopt_orphans()
    kernel.die_with_parent(signal.SIGTERM)      # ending its servers: cli.py
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, kernel.ENDINGS)
        answer = (function(*arguments),)
    except SetupError as error:
        answer = error
    except KeyboardInterrupt:
        return
    except Exception:
        answer = RuntimeError("\n" + traceback.format_exc())
    finally:
        server.end_all()
    pipe.send(answer)


def timing_last(items, measures_time, call, most):
    """Yields (item, result of its call) of all: what measures time is called last, alone,
    since others beside it would disturb it."""
    for late in (False, True):
        mine = [item for item in items if measures_time(item) == late]
        yield from zip(mine, in_order([call(item) for item in mine], 1 if late else most))


def in_order(calls, most):
    """Makes the calls (function, argument, ...), at most this many at once; None: one.
    Yields their results in order, each as soon as it is known."""
    pool, found = Pool(most or 1), {}
    waiting = list(enumerate(calls))
    try:
        for turn in range(len(calls)):
            while turn not in found:
                while waiting and not pool.full():
                    number, call = waiting.pop(0)
                    pool.start(number, *call)
                done = pool.wait()
                if done:
                    found[done[0]] = done[1]
            yield found.pop(turn)
    finally:
        pool.stop()
