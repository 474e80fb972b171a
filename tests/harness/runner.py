"""Runs checkpoints, and makes a result of each."""

import contextlib
import dataclasses
import math
import time

from . import artefact, explain, kernel, oracle, player, rules, splits, variant
from .bench import Bench
from .model import FAILED, PASSED, SKIPPED, Failure, Mismatch, Result, Skip
from .server import Server
from .transport import Limits, Listener

TIME_LIMIT = 90.0       # seconds for one checkpoint
CUT_TIME = 40.0         # of which the replays may take this many
CONFIRM = 3
TO_CUT, NOT_CUT = 1, 2      # are sessions cut, too? 0: that is not known yet
PAUSES = (0.02, 0.1, 0.3)   # seconds before a barrier, if a server has many threads


@dataclasses.dataclass
class Options:
    """The settings of a run. See cli.py for the meaning of each."""

    server: str = None
    connect: tuple = None
    seed: str = "1"
    dialect: str = "resp"
    ready: float = 5.0
    limits: Limits = None
    splits: bool = True
    cuts: object = bytes([TO_CUT])  # one byte, see above; another process may write it
    saves: bool = False
    early: str = "resp"         # in which 01 and 02 are judged from 03 on
    choose: object = None       # from all ways of cutting to some: see first.py
    again: str = None           # what is judged first of all, with --first
    walls: tuple = ()           # words before the server's command: see Server
    guess: bool = True          # does a failure say what it looks like?
    words: str = ""             # by which another run judges the same server
    listen_in: object = None    # a function that finds out `early`, there

    def for_checkpoint(self, checkpoint):
        """Returns the same, in the language that this checkpoint is judged in."""
        early = checkpoint.stage < "03" and self.dialect == "resp"
        return dataclasses.replace(self, dialect=self.early) if early else self


class Run:
    """One checkpoint that is being judged."""

    def __init__(self, checkpoint, options):
        self.checkpoint = checkpoint
        self.options = options.for_checkpoint(checkpoint)
        self.dialect = player.DIALECTS[self.options.dialect]
        self.result = Result(checkpoint, PASSED)
        self.session = None
        self.cut = None
        self.run = 0
        self.chosen = None
        self.alien = False      # was the server started for one session?
        self.pause = 0.0        # seconds in front of a barrier
        self.bench = Bench(self.options, checkpoint, options.seed)

    def judge(self):
        """Runs everything. Returns the result, with its failure if there is one."""
        began = time.perf_counter()
        limits = self.options.limits
        limits.allowed = TIME_LIMIT * limits.patience
        limits.deadline = began + limits.allowed
        limits.may_sleep = self.checkpoint.stage >= "06"
        before, crowded = self.bench.starved(), kernel.crowded()
        limits.starved = lambda: max(0.0, self.bench.starved() - before,
                                     kernel.crowded() - crowded)
        limits.held_up, limits.asleep_at = self.bench.held_up, self.bench.asleep_at
        try:
            self._sessions()
            if self.checkpoint.judge:
                self.session = self.cut = None
                self.bench.timeline.clear()
                self.result.notes += self.checkpoint.judge(self.bench) or []
            self.result.status = PASSED
        except Skip as skip:
            self.result.status = SKIPPED
            self.result.reason = str(skip)
        except Mismatch as mismatch:
            self._failed(mismatch)
        finally:
            with limits.resting():      # some servers take their time to end
                self.bench.finish()
            limits.deadline = None
        self._sanitizer()
        self.result.seconds = time.perf_counter() - began
        return self.result

    def judge_cut(self, session):
        """Replays a file: this session with this one cut, nothing else. A busy machine
        may glue the parts together, so the gap is long, and it is tried again."""
        self.checkpoint.sessions = []
        self.session, self.cut = session, session.cut

        def once(bench):
            self._start()
            bench.warm_up()
            self.session, self.cut = session, session.cut
            self.options.limits.answered(0.15)  # a long gap: nothing by chance
            for run in range(CONFIRM):
                self._play(session, session.cut, run)
            return []

        self.checkpoint.judge = once
        return self.judge()

    def _start(self):
        """Starts a fresh server, with the words that the sessions want."""
        words = [word for session in self.checkpoint.sessions[:1] if not session.own
                 for word in session.words]
        self.bench.start(**{"words": words} if words else {})

    def _sessions(self):
        """Plays all sessions whole, then all their replays."""
        if not self.checkpoint.sessions:
            return
        self._start()
        self.bench.warm_up()
        for session in self._chosen():
            self.result.sessions += 1
            self.session, self.cut = session, ("whole",)
            self._play(session, self.cut, 0)
        if self.options.splits and self.options.dialect == "resp" \
                and self.checkpoint.stage >= "03" \
                and self.checkpoint.replays != "none" and self._are_cut():
            self._replays()

    def _are_cut(self):
        """Returns true if the sessions are cut, as soon as that is known. The time until then
        does not count."""
        began, limits = time.perf_counter(), self.options.limits
        if not self.options.cuts[0]:
            with limits.resting():
                kernel.eventually(lambda: self.options.cuts[0], math.inf)
        limits.deadline += time.perf_counter() - began
        return self.options.cuts[0] == TO_CUT

    def _chosen(self):
        """Returns the sessions that make sense in the language that is spoken, and need
        no commands of a stretch that is missing."""
        if self.chosen is None:
            self.chosen = [session for session in self.checkpoint.sessions
                           if session.dialect in (None, self.options.dialect)
                           and not self._unknown(session)]
        return self.chosen

    def _unknown(self, session):
        """Returns a command that this session needs and the server does not know."""
        for name in session.knows:
            if self.bench.unknown(name):
                self.result.notes.append(
                    "left out, since there is no %s: %s"
                    % (name.decode(), session.name))
                return True
        return False

    def _play(self, session, cut, run):
        """Makes one run of one session. A barrier proves the order of what two clients ask to a
        server with one thread; the threads of others get more and more time."""
        try:
            return self._play_once(session, cut, run)
        except Mismatch as mismatch:
            longer = [pause for pause in PAUSES if pause > self.pause] or PAUSES[-1:]
            if mismatch.ending == "silence":    # each time it costs what an answer may take
                longer = longer[-1:]
            for number, pause in enumerate(longer if self._may_race(session) else ()):
                self.pause = pause
                with contextlib.suppress(Mismatch):
                    self._play_once(session, cut, run + 7000 + number)
                    return self._needed_pauses()
            raise

    def _may_race(self, session):
        """Returns true if clients wait for each other in this session, and the server has more
        than one thread for them."""
        if session.own or session.primary or not self.bench.server.alive() or not any(
                step.verb == "barrier" for step in session.steps):
            return False
        with contextlib.suppress(Mismatch):
            self.bench.connect("A").barrier()   # there is a thread for this client, if for any
        return self.bench.server.threads() != 1

    def _needed_pauses(self):
        note = ("the order of what several clients ask could only be seen with pauses between "
                "them: a thread for each client?")
        if note not in self.result.notes:
            self.result.notes.append(note)

    def _play_once(self, session, cut, run):
        values = session.values(self.options.seed, run)
        with self._prepared(session, values) as (listener, own):
            play = player.Player(session, self.bench.server.address,
                                 self.options.limits, self.dialect, values,
                                 self.bench.mark, listener, own, self.pause)
            try:
                play.play(cut)
            except Mismatch as mismatch:
                own, others = later(session, mismatch, values)
                mismatch.facts.update(later=own, others=others)
                raise

    @contextlib.contextmanager
    def _prepared(self, session, values):
        """Prepares a session that needs more than a server. Returns the port on which it
        plays the primary or a target of MIGRATE, and its own server; None without."""
        if session.own or session.primary:
            self.alien = True
            # Else the server of the run before might call, if the port is the same.
            self.bench.stop()
        elif self.alien:            # that server is of no use to others
            self.alien = False
            self._start()
        with contextlib.ExitStack() as stack:
            listener = own = None
            if session.primary or session.target:
                listener = stack.enter_context(Listener())
            if session.primary:
                self.bench.start(words=session.words + listener.words)
            if session.own:
                own = player.Own(session, values, self.bench.folder(), lambda words:
                                 self.bench.start(words=words, loaded=True))
            yield listener, own

    def _replays(self):
        """Plays every session at every split, many side by side."""
        jobs, alone = [], []
        for session in self._chosen():
            ways = splits.plan(session, self.options.seed, self.dialect,
                               self.checkpoint.replays == "all")
            if self.options.choose:
                ways = self.options.choose(ways)
            self.result.cuts += splits.count(session, ways, self.options.seed,
                                             self.dialect)
            for number, way in enumerate(ways):
                (alone if session.alone or session.links else jobs).append(
                    (session, way, number + 1))
        end = time.perf_counter() + CUT_TIME * self.options.limits.patience
        dropped = []

        def play(session, way, run):
            if time.perf_counter() > end:
                dropped.append(way)
                return
            self._play(session, way, run)

        lanes = splits.Lanes(jobs, play)
        for _ in range(3):          # a late answer ends nothing: see _confirm
            bad = lanes.run()
            if not bad:
                break
            self._confirm_one(bad)
        for job in alone:
            try:
                play(*job)
            except Mismatch as mismatch:
                self._confirm_one([(job, mismatch)])
        if dropped:
            self.result.notes.append(
                "%d of the replays were left out: the server is slow"
                % len(dropped))

    def _confirm_one(self, bad):
        """Finds the first of several replays that failed side by side, unless the
        server has ended. Then all the others failed with the one that ended it, so each
        is tried alone."""
        job, mismatch = bad[0]
        if self.bench.server.survives(mismatch):
            self._aim(job, mismatch)
            if self._still_whole():
                return self._confirm(job, mismatch)
        if self.options.connect:
            raise mismatch
        for job, mismatch in bad:
            if mismatch.facts.get("group", 0) < 0:
                continue        # it never got so far as to send anything
            self._aim(job, mismatch)
            self._afresh(0)
            self._play(self.session, self.cut, self.run)
        return self._confirm(*bad[0])

    def _aim(self, job, mismatch):
        """Returns this session with the one cut at which it failed."""
        self.session, way, self.run = job
        values = self.session.values(self.options.seed, self.run)
        self.cut = splits.exact_cut(way, mismatch, self.session, values,
                                    self.dialect)

    def _confirm(self, job, mismatch):
        """Returns true if a replay that failed beside others fails alone, too."""
        self._aim(job, mismatch)
        limits = self.options.limits
        limits.answered(0.15)       # a long gap: nothing by chance
        silent = mismatch.ending == "silence"
        with limits.again() if silent else contextlib.nullcontext():
            for number, cut in enumerate(self._cuts_to_confirm()):
                self._afresh(number)
                self.cut = cut
                self._play(self.session, cut, self.run)
        crowd = None if self.session.links else self._crowd()
        if crowd:
            raise crowd
        if mismatch.ending == "silence":
            # The right answer came late, once, and never again.
            self.result.notes.append(
                "one of the replays waited %.1f s for an answer that came in "
                "time when asked again: a busy machine?" % mismatch.waited)
            return
        raise self._only_then(mismatch)

    def _afresh(self, number):
        """Provides a server that knows none of the session's keys, as the first time,
        since the data of the failed replay must not make it fail again. If there is
        only one server, other keys are used."""
        if self.options.connect:
            self.run += 6000 if number == 0 else 1
        self._start()

    def _cuts_to_confirm(self):
        """Returns the bad cut behind those before it, one of which may have passed by
        chance beside others. Then the bad one comes again, to be sure."""
        cuts = [self.cut] * CONFIRM
        if self.cut[0] == "one":
            _, group, byte = self.cut
            cuts = [("one", group, earlier) for earlier in
                    range(max(1, byte - splits.LANES), byte)] + cuts
        return cuts

    def _still_whole(self):
        """Checks that the session still passes whole, as it did when the server was
        fresh. If it does not, the cut is not to blame. Returns false if the server has
        ended."""
        try:
            self._play(self.session, ("whole",), self.run + 5000)
        except Mismatch as mismatch:
            if not self.bench.server.survives(mismatch):
                return False
            self.cut, self.run = ("whole",), self.run + 5000
            mismatch.facts["crowd"] = True
            mismatch.summary = ("passes with a fresh server, and no more when "
                                "it has served others for a while")
            if self.checkpoint.stage >= "04":
                mismatch.summary += " (there are many keys in it then)"
            raise
        return True

    def _only_then(self, mismatch):
        """Reports a failure that was seen once, without a known reason."""
        mismatch.facts["crowd"] = True
        mismatch.summary = ("seen while %d clients did the same at once; it "
                            "did not come again with one" % splits.LANES)
        return mismatch

    def _crowd(self):
        """Finds out if the crowd is to blame, and not the cut: plays the session whole,
        many times."""
        jobs = [(self.session, ("whole",), 1000 + n)
                for n in range(4 * splits.LANES)]
        limits = self.options.limits
        with limits.other(4 * limits.reply):
            bad = splits.Lanes(jobs, self._play).run()
        if not bad:
            return None
        (self.session, self.cut, self.run), mismatch = bad[0]
        mismatch.facts["crowd"] = True
        mismatch.summary = ("passes with one client; fails when %d clients do "
                            "the same at once, each with keys of its own"
                            % splits.LANES)
        return mismatch

    def _failed(self, mismatch):
        """Gathers everything that belongs to the failure."""
        result, options = self.result, self.options
        result.status = FAILED
        failure = result.failure = Failure(mismatch)
        if mismatch.ending == "silence":
            options.limits.was_silent()
        result.usable = bool(mismatch.facts.get("restart"))
        failure.session, failure.cut = self.session, self.cut
        server = self.bench.server
        if self.bench.data:
            mismatch.facts.update(folder=self.bench.data, read=kernel.read_since(self.bench.data))
        alive = False
        if server:
            time.sleep(0.05)
            alive = server.survives(mismatch)
            failure.words = getattr(server, "words", [])
            failure.fate, failure.last_lines = mismatch.facts.get(
                "fate", (server.fate(), server.last_lines()))
        values = None
        if self.session:
            values = self.session.values(options.seed, self.run)
            if self.dialect is not player.Echo \
                    and not mismatch.facts.get("mark"):
                failure.oracle = oracle.answer(
                    self.checkpoint, self.session, values, mismatch.step,
                    self.dialect)
        if options.guess:
            with options.limits.resting():      # most questions are about silence
                failure.looks = rules.looks_like(failure, self.checkpoint, alive,
                                                 server, options.limits)
        failure.by_hand = artefact.by_hand(mismatch)
        failure.artefact = artefact.write(result, options, values)
        failure.kept = artefact.keep(failure)
        failure.lines = explain.failure_lines(result)
        if variant.spoken:
            failure.lines = [variant.spoken.text(line) for line in failure.lines]

    def _sanitizer(self):
        """Makes a sanitizer's report a failure, even if every byte was right."""
        server = self.bench.server
        if self.result.status != PASSED or not isinstance(server, Server):
            return
        report = [line for line in server.stderr.text()
                  if "Sanitizer" in line or "runtime error:" in line]
        if report:
            self.session = self.cut = None
            self._failed(Mismatch(
                "", summary="all answers were right, but the server printed "
                "a sanitizer's report", actual_text=report[0].strip(),
                expected_text="no report"))


def later(session, mismatch, values):
    """Returns the exact replies that were expected after the one that went wrong, up to
    the next write, by the same client (only those can have come out of order) and by others."""
    own, others = [], []
    passed = False
    for step in session.steps:
        if passed and step.verb != "due":
            break
        if passed and step.node.bind(values).exact() is not None:
            (own if step.conn == mismatch.conn else others).append(
                step.node.bind(values).exact())
        passed = passed or step is mismatch.step
    return own, others


def message(result):
    return "\n".join(result.failure.lines)
