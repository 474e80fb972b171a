"""The command line of the differential tester."""

from .draw import draw_session
from .pair import Pair
from .tool import Tool

REDIS = ("redis-server --port {port} --save '' --appendonly no"
         " --enable-debug-command yes")


class Diff(Tool):
    name = "diff"
    about = ("Random sessions on a server and on redis-server: the replies "
             "must be equal byte for byte, except where a table says why not. "
             "Exits with 0: no difference, 1: one was found, 2: it could not "
             "be tried.")
    flag = ("--no-digest", "for a server without DEBUG: don't compare the data "
            "at the end of a session")
    found = "a difference"
    verdict = "no difference"
    commands = 20000

    def players(self):
        if self.options.no_digest:
            self.table.digest = None
        server = self.server()
        if self.options.stage >= "08" and not self.options.server:
            server += " --save '' --enable-debug-command yes"
        return [Pair(server + more, REDIS + more, self.table, burst)
                for more, burst in self.table.variants]

    def draw(self, rng):
        return draw_session(self.table, rng, self.options.only)
