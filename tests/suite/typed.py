"""typed.py PORT OTHER: what redis-py makes of the replies to the calls of
tables/typed.txt, in both versions of the protocol. It must be the same on a server at
PORT and on a redis-server at OTHER. All differences are printed; then the program
ends with 1.
"""

import re
import sys

import redis
from common import finish, lines


def said(value):
    """Returns a value as it can be compared: sets in some order, without the text of an object, and
    errors by their texts."""
    if isinstance(value, dict):
        return {key: said(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(said, value))
    return re.sub(r" at 0x\w+|Hello.*", "", repr(value)) if isinstance(
        value, Exception) else value


def results(port, version, line):
    """Returns the results of the calls in a line. c is a client, d another one, p listens, t is a
    transaction."""
    options = {"port": port, "protocol": version, "decode_responses": True}
    with redis.Redis(**options, single_connection_client=True) as client, \
            redis.Redis(**options) as other, client.pubsub() as listener, \
            client.pipeline() as transaction:
        names = {"c": client, "d": other, "p": listener, "t": transaction, "redis": redis}
        client.flushall()
        for call in line.split(" ; "):
            try:
                yield call, said(eval(call, names))     # the table is our own
            except redis.RedisError as error:
                yield call, said(error)


def differences(port, other):
    for line in lines("typed"):
        for version in (2, 3):
            for (call, ours), (_, due) in zip(*(list(results(server, version, line))
                                                for server in (port, other))):
                if ours != due or type(ours) is not type(due):
                    yield f"version {version}: {line}\n  {call} is {ours!r}, due is {due!r}"


if __name__ == "__main__":
    finish(differences(*sys.argv[1:]))
