"""redis_async.py PORT: a session of real work with redis-py's asyncio client, in
both protocols."""

import asyncio
import sys

import redis.asyncio as redis


async def failed(text, call):
    try:
        await call
    except redis.RedisError as error:
        assert text in str(error), error
    else:
        raise AssertionError(f"no error with {text!r}")


async def values(client):
    """Values, with several commands on their way at once."""
    assert await asyncio.gather(
        client.set("text", "grape"), client.rpush("list", "a", "b"),
        client.hset("hash", mapping={"name": "Ada"}), client.sadd("set", "x", "y"),
        client.zadd("zset", {"one": 1}), client.incr("number")) == [True, 2, 1, 2, 1, 1]
    assert await client.hgetall("hash") == {"name": "Ada"}
    assert await client.zscore("zset", "one") == 1.0


async def locking(client):
    """Ten tasks add to one number that they watch; no addition is lost."""
    async def add():
        async with client.pipeline() as pipe:
            while True:
                try:
                    await pipe.watch("number")
                    number = int(await pipe.get("number"))
                    pipe.multi()
                    return await pipe.set("number", number + 1).execute()
                except redis.WatchError:
                    continue

    assert await asyncio.gather(*(add() for _ in range(10))) == [[True]] * 10
    assert await client.get("number") == "11"


async def waiting(client):
    """A second connection waits for work."""
    job = asyncio.create_task(client.blpop("jobs", 100))
    while (await client.info("clients"))["blocked_clients"] == 0:
        pass
    await client.rpush("jobs", "first")
    assert list(await job) == ["jobs", "first"]


async def messages(client):
    """Messages, by channel and by pattern."""
    async with client.pubsub() as heard:
        await heard.subscribe("news")
        await heard.psubscribe("n?ws")
        listened = []
        async for message in heard.listen():
            listened.append((message["type"], message["channel"], message["data"]))
            if message["type"] == "psubscribe":
                assert await client.publish("news", "rain") == 2
            elif message["type"] == "pmessage":
                break
    assert listened == [("subscribe", "news", 1), ("psubscribe", "n?ws", 2),
                        ("message", "news", "rain"), ("pmessage", "news", "rain")]


async def scanning(client):
    """All keys, a few at a time."""
    await client.mset({f"key:{n}": n for n in range(500)})
    assert len({key async for key in client.scan_iter("key:*", count=50)}) == 500


async def streams(client):
    """A stream with a group."""
    name = await client.xadd("stream", {"event": "login"})
    assert await client.xgroup_create("stream", "readers", "0") is True
    assert await client.xreadgroup("readers", "me", {"stream": ">"})
    assert await client.xack("stream", "readers", name) == 1


async def errors(client):
    """Errors are exceptions, and the connection goes on."""
    await failed("WRONGTYPE", client.incr("list"))
    await failed("unknown command 'NONSENSE'", client.execute_command("NONSENSE"))


async def main(port):
    for protocol in (2, 3):
        async with redis.Redis(port=port, decode_responses=True, protocol=protocol) as client:
            for part in (values, locking, waiting, messages, scanning, streams, errors):
                await part(client)
            await client.flushdb()


asyncio.run(main(int(sys.argv[1])))
