"""Stage 10: what an operator does: clients that are disconnected."""

from ..manifest import judge
from .talk import OK, PONG, must


@judge("10.13a")
def killed(bench):
    """CLIENT KILL by address, in both forms; the second spares the client that asks."""
    asker = bench.fresh()
    for words in (["ADDR"], []):
        one = bench.connect("C")
        must(one, PONG, "PING")
        address = "%s:%d" % one.sock.getsockname()[:2]
        must(asker, 1 if words else OK, "CLIENT", "KILL", *words, address)
        one.due_closed()
