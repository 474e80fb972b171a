// node-redis.mjs PORT: a session of real work with node-redis, in RESP3 and
// with its cache.

import assert from 'node:assert/strict'
import { BasicClientSideCache, createClient } from 'redis'

const port = Number(process.argv[2] ?? 6379)
const redis = createClient({ socket: { port }, RESP: 3 })
const other = redis.duplicate()
const ignore = () => {} // a connection that breaks is made anew
await Promise.all([redis.on('error', ignore).connect(), other.on('error', ignore).connect()])

const failed = (pattern, promise) => assert.rejects(promise, pattern)

async function somebodyWaits () {
  while (/blocked_clients:0/.test(await redis.info('clients'))) await null
}

// Values of each type.
assert.equal(await redis.set('text', 'grape', { EX: 100, NX: true }), 'OK')
assert.equal(await redis.set('text', 'plum', { NX: true }), null)
assert.equal(await redis.get('text'), 'grape')
assert.equal(await redis.incrBy('number', 42), 42)
assert.equal(await redis.rPush('list', ['a', 'b', 'c']), 3)
assert.deepEqual(await redis.lRange('list', 0, -1), ['a', 'b', 'c'])
assert.equal(await redis.hSet('hash', { name: 'Ada', born: 1815 }), 2)
assert.deepEqual({ ...await redis.hGetAll('hash') }, { name: 'Ada', born: '1815' })
assert.equal(await redis.sAdd('set', ['x', 'y']), 2)
assert.deepEqual(new Set(await redis.sMembers('set')), new Set(['x', 'y']))
assert.equal(await redis.zAdd('zset', [{ score: 1, value: 'one' }, { score: 2.5, value: 'more' }]), 2)
assert.deepEqual(await redis.zRangeWithScores('zset', 1, 1), [{ value: 'more', score: 2.5 }])
assert.equal(await redis.setBit('bits', 7, 1), 0)
assert.equal(await redis.pfAdd('visitors', ['ada', 'bob']), 1)
assert.equal(await redis.geoAdd('places', { longitude: 13.361389, latitude: 38.115556, member: 'Palermo' }), 1)
assert.deepEqual(await redis.geoSearch('places', 'Palermo', { radius: 1, unit: 'km' }), ['Palermo'])

// Commands of one turn are one pipeline. In a transaction nobody comes between.
assert.deepEqual(await Promise.all([redis.set('a', 1), redis.incr('a'), redis.get('a')]), ['OK', 2, '2'])
assert.deepEqual(await redis.multi().incr('a').get('a').exec(), [3, '3'])
await failed(/EXECABORT|unknown command/, redis.multi().incr('a').addCommand(['NONSENSE']).exec())

// Optimistic locking: somebody else changes the key once, so the second try counts.
let tries = 0
for (let done = null; done === null; tries++) {
  await other.watch('number')
  const number = Number(await other.get('number'))
  if (tries === 0) await redis.incr('number')
  done = await other.multi().set('number', number * 2).exec().catch(error => {
    assert.match(error.name + error.message, /WatchError|watched/)
    return null
  })
}
assert.equal(tries, 2)
assert.equal(await redis.get('number'), '86')

// A second connection waits for work.
const job = other.blPop('jobs', 100)
await somebodyWaits()
await redis.rPush('jobs', 'first')
assert.deepEqual({ ...await job }, { key: 'jobs', element: 'first' })
assert.equal(await other.bzPopMin('none', 0.01), null)

// Messages, by channel and by pattern. In RESP3 the same connection goes on with commands.
const heard = []
await other.subscribe(['news', 'sport'], (text, channel) => heard.push([channel, text]))
await other.pSubscribe('n?ws', (text, channel) => heard.push(['n?ws', channel, text]))
assert.equal(await redis.publish('news', 'rain'), 2)
assert.equal(await redis.publish('sport', '2:1'), 1)
assert.equal(await other.get('text'), 'grape')
await other.unsubscribe()
await other.pUnsubscribe()
assert.deepEqual(heard, [['news', 'rain'], ['n?ws', 'news', 'rain'], ['sport', '2:1']])

// All keys, and all fields, a few at a time.
await redis.mSet(Array.from({ length: 500 }, (_, n) => [`key:${n}`, `${n}`]))
const keys = new Set()
for await (const some of redis.scanIterator({ MATCH: 'key:*', COUNT: 50 })) some.forEach(key => keys.add(key))
assert.equal(keys.size, 500)
for await (const some of redis.hScanIterator('hash')) assert.deepEqual(some.map(pair => pair.field), ['name', 'born'])

// A stream with a group.
const id = await redis.xAdd('stream', '*', { event: 'login' })
await redis.xGroupCreate('stream', 'readers', '0')
const [{ name, messages }] = await redis.xReadGroup('readers', 'me', { key: 'stream', id: '>' }, { COUNT: 10 })
assert.deepEqual([name, messages[0].id, { ...messages[0].message }], ['stream', id, { event: 'login' }])
assert.equal((await redis.xPending('stream', 'readers')).pending, 1)
assert.equal(await redis.xAck('stream', 'readers', id), 1)

// Keys that go by themselves.
assert.equal(await redis.set('brief', 'x', { PX: 20 }), 'OK')
assert.equal(await redis.expire('list', 100), 1)
assert.equal(await redis.ttl('list'), 100)
while (await redis.exists('brief')) await null

// Errors are exceptions, and the connection goes on.
await failed(/WRONGTYPE/, redis.incr('list'))
await failed(/unknown command 'NONSENSE'/, redis.sendCommand(['NONSENSE']))

// Somebody ends the connection: it is made anew for the next command.
const before = await other.clientId()
assert.equal(await redis.clientKill({ filter: 'ID', id: before }), 1)
assert.equal(await other.get('text'), 'grape')
assert.notEqual(await other.clientId(), before)

// What was read once is kept here until the server says that it has changed.
const cache = new BasicClientSideCache()
const cached = redis.duplicate({ clientSideCache: cache })
await cached.connect()
assert.equal(await cached.get('text'), 'grape')
assert.equal(await cached.get('text'), 'grape')
assert.equal(cache.stats().hitCount, 1)
await redis.set('text', 'plum')
while (cache.size() > 0) await cached.ping()
assert.equal(await cached.get('text'), 'plum')

await redis.flushDb()
await Promise.all([redis.close(), other.close(), cached.close()])
