// ioredis.mjs PORT: a session of real work with ioredis, in RESP3.

import assert from 'node:assert/strict'
import Redis from 'ioredis'

const port = Number(process.argv[2] ?? 6379)
const redis = new Redis({ port, protocol: 3, replyMapping: 'resp3' })
const other = redis.duplicate()

const failed = (pattern, promise) => assert.rejects(promise, pattern)

async function somebodyWaits () {
  while (/blocked_clients:0/.test(await redis.info('clients'))) await null
}

// Values of each type.
assert.equal(await redis.set('text', 'grape', 'EX', 100, 'NX'), 'OK')
assert.equal(await redis.set('text', 'plum', 'NX'), null)
assert.deepEqual(await redis.getBuffer('text'), Buffer.from('grape'))
assert.equal(await redis.incrby('number', 42), 42)
assert.equal(await redis.rpush('list', 'a', 'b', 'c'), 3)
assert.deepEqual(await redis.lrange('list', 0, -1), ['a', 'b', 'c'])
assert.equal(await redis.hset('hash', { name: 'Ada', born: 1815 }), 2)
assert.deepEqual({ ...await redis.hgetall('hash') }, { name: 'Ada', born: '1815' })
assert.equal(await redis.sadd('set', 'x', 'y'), 2)
assert.deepEqual(new Set(await redis.smembers('set')), new Set(['x', 'y']))
assert.equal(await redis.zadd('zset', 1, 'one', 2.5, 'more'), 2)
assert.equal(await redis.zscore('zset', 'more'), 2.5)
assert.equal(await redis.setbit('bits', 7, 1), 0)
assert.equal(await redis.pfadd('visitors', 'ada', 'bob'), 1)
assert.equal(await redis.geoadd('places', 13.361389, 38.115556, 'Palermo'), 1)

// A pipeline: everything is sent at once. In a transaction nobody comes between.
const replies = await redis.pipeline().set('a', 1).incr('a').lpush('a', 'x').get('a').exec()
assert.deepEqual(replies.map(([error, reply]) => error?.message.slice(0, 9) ?? reply),
  ['OK', 2, 'WRONGTYPE', '2'])
assert.deepEqual(await redis.multi().incr('a').get('a').exec(), [[null, 3], [null, '3']])
await failed(/EXECABORT/, redis.multi({ pipeline: false }).then(() => redis.call('NONSENSE'))
  .catch(() => redis.exec()))

// Optimistic locking: somebody else changes the key once, so the second try counts.
let tries = 0
for (let done = null; done === null; tries++) {
  await other.watch('number')
  const number = Number(await other.get('number'))
  if (tries === 0) await redis.incr('number')
  done = await other.multi().set('number', number * 2).exec()
}
assert.equal(tries, 2)
assert.equal(await redis.get('number'), '86')

// A second connection waits for work.
const job = other.blpop('jobs', 100)
await somebodyWaits()
await redis.rpush('jobs', 'first')
assert.deepEqual(await job, ['jobs', 'first'])
assert.equal(await other.bzpopmin('none', 0.01), null)

// Messages, by channel and by pattern.
const heard = []
other.on('message', (channel, text) => heard.push([channel, text]))
other.on('pmessage', (pattern, channel, text) => heard.push([pattern, channel, text]))
assert.equal(await other.subscribe('news', 'sport'), 2)
assert.equal(await other.psubscribe('n?ws'), 3)
assert.equal(await redis.publish('news', 'rain'), 2)
assert.equal(await redis.publish('sport', '2:1'), 1)
assert.equal(await other.unsubscribe('news', 'sport'), 1)
assert.equal(await other.punsubscribe('n?ws'), 0)
assert.deepEqual(heard, [['news', 'rain'], ['n?ws', 'news', 'rain'], ['sport', '2:1']])

// All keys, and all fields, a few at a time.
await redis.mset(Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`key:${n}`, n])))
const keys = new Set()
for await (const some of redis.scanStream({ match: 'key:*', count: 50 })) some.forEach(key => keys.add(key))
assert.equal(keys.size, 500)
for await (const pairs of redis.hscanStream('hash')) assert.deepEqual(pairs, ['name', 'Ada', 'born', '1815'])

// A stream with a group.
const id = await redis.xadd('stream', '*', 'event', 'login')
await redis.xgroup('CREATE', 'stream', 'readers', '0')
const read = await redis.xreadgroup('GROUP', 'readers', 'me', 'COUNT', 10, 'STREAMS', 'stream', '>')
assert.deepEqual({ ...read }, { stream: [[id, ['event', 'login']]] })
assert.equal((await redis.xpending('stream', 'readers'))[0], 1)
assert.equal(await redis.xack('stream', 'readers', id), 1)

// Keys that go by themselves.
assert.equal(await redis.set('brief', 'x', 'PX', 20), 'OK')
assert.equal(await redis.expire('list', 100), 1)
assert.equal(await redis.ttl('list'), 100)
while (await redis.exists('brief')) await null

// Errors are exceptions, and the connection goes on.
await failed(/WRONGTYPE/, redis.incr('list'))
await failed(/unknown command 'NONSENSE'/, redis.call('NONSENSE'))

// Somebody ends the connection: it is there again for the next command.
const name = await other.client('ID')
assert.equal(await redis.client('KILL', 'ID', name), 1)
assert.equal(await other.get('text'), 'grape')
assert.notEqual(await other.client('ID'), name)

await redis.flushdb()
await Promise.all([redis.quit(), other.quit()])
