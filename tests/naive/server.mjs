// Stages 02 and 03 in JavaScript, for Node, and parts of 04 to 10: what waits, counts, orders
// and listens.
//
//     node server.mjs STAGE PORT [MISTAKE]

import net from "node:net";

const [stage, port, mistake = ""] = process.argv.slice(2);
const is = (name) => mistake === name;

const object = {};
const plain = {     // what an object inherits is found, too
    get: (key) => object[key] && {type: "string", value: String(object[key]), ...object[key]},
    set: (key, entry) => { object[key] = entry; },
    delete: (key) => delete object[key],
};
const table = is("plain-object") ? plain : new Map();   // key: {type, value, expiry}; all text as latin1
const changes = new Map();  // key: how often it has changed
const waiting = [];         // {client, keys, time, serve}: serve(key) is a reply, or null
const channels = new Map(); // channel: Set of clients
const later = () => new Promise(setImmediate);
const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
const wrong = (text) => { throw `-${text}\r\n`; };

function bulk(text) {
    if (text === null || is("falsy") && !text) return "$-1\r\n";
    const decoded = Buffer.from(text, "latin1").toString();
    if (is("text")) text = Buffer.from(decoded).toString("latin1");
    return `$${(is("text-length") ? decoded : text).length}\r\n${text}\r\n`;
}

const list = (replies) => `*${replies.length}\r\n${replies.join("")}`;
const strings = (words) => list(words.map(bulk));

function integer(text) {
    if (is("parse-int")) {
        const number = parseInt(text, 10);
        return Number.isNaN(number) ? wrong("ERR value is not an integer or out of range") : BigInt(number);
    }
    const number = /^(0|-?[1-9][0-9]*)$/.test(text) ? BigInt(text) : 1n << 63n;
    if (BigInt.asIntN(64, number) !== number) wrong("ERR value is not an integer or out of range");
    return number;
}

function float(text) {
    if (/^[+-]?inf$/i.test(text)) return text[0] === "-" ? -Infinity : Infinity;
    if (text !== text.trim() || text === "" || Number.isNaN(Number(text))) wrong("ERR value is not a valid float");
    return Number(text);
}

const number = (value) => Object.is(value, -0) ? "-0" : String(value).replace("Infinity", "inf");

// ---- the table

function find(key, type) {
    const found = table.get(key);
    if (!found) return undefined;
    if (found.expiry <= Date.now()) {
        remove(key);
        return undefined;
    }
    if (type && found.type !== type) wrong("WRONGTYPE Operation against a key holding the wrong kind of value");
    return found;
}

function changed(key) {
    changes.set(key, (changes.get(key) ?? 0) + 1);
    if (is("any-change")) changes.forEach((count, other) => changes.set(other, count + 1));
}

function remove(key) {
    changed(key);
    return table.delete(key);
}

function make(key, type, value, expiry = Infinity) {
    table.set(key, {type, value, expiry});
    changed(key);
    return table.get(key);
}

function removeIfEmpty(key) {
    if (!(table.get(key).value.length ?? table.get(key).value.size)) remove(key);
}

// ---- strings

function set([, key, value, ...options]) {
    let expiry, nx, xx, get;
    if (is("ignores-options")) options = [];
    for (let i = 0; i < options.length; i++) {
        const option = options[i].toUpperCase();
        if (option === "NX") nx = true;
        else if (option === "XX") xx = true;
        else if (option === "GET") get = true;
        else if (["EX", "PX"].includes(option) && !expiry && i + 1 < options.length) {
            const amount = integer(options[++i]);
            if (amount <= 0n && !is("no-time")) wrong("ERR invalid expire time in 'set' command");
            expiry = Date.now() + Number(amount) * (option === "EX" ? 1000 : 1);
        } else wrong("ERR syntax error");
    }
    if (nx && xx) wrong("ERR syntax error");
    if (is("timers") && expiry) {
        setTimeout(() => table.delete(key), expiry - Date.now());
        expiry = undefined;
    }
    const old = find(key, get && "string");
    if (nx && old || xx && !old) return bulk(get && old ? old.value : null);
    make(key, "string", value, expiry);
    if (is("old-timer") && expiry) setTimeout(() => table.delete(key), Math.min(expiry - Date.now(), 2 ** 31 - 1));
    return get ? bulk(old ? old.value : null) : "+OK\r\n";
}

function put(key, text) {
    const found = find(key);
    if (found) found.value = text;
    else make(key, "string", text);
    changed(key);
}

function add(key, by) {
    const old = integer(find(key, "string")?.value ?? "0");
    if (BigInt.asIntN(64, old + by) !== old + by && !is("doubles")) wrong("ERR increment or decrement would overflow");
    const sum = is("doubles") ? BigInt(Number(old) + Number(by)) : old + by;
    put(key, String(sum));
    return `:${sum}\r\n`;
}

function addLater(key, by) {
    const old = integer(find(key, "string")?.value ?? "0");
    if (old + by >= 1n << 63n) return add(key, by);
    return later().then(() => {
        put(key, String(old + by));
        return `:${old + by}\r\n`;
    });
}

function decrby([, key, by]) {
    if (integer(by) === -(1n << 63n)) wrong("ERR decrement would overflow");
    return add(key, -integer(by));
}

function incrbyfloat([, key, by]) {
    const sum = float(find(key, "string")?.value ?? "0") + float(by);
    if (!Number.isFinite(sum)) wrong("ERR increment would produce NaN or Infinity");
    put(key, number(sum));
    return bulk(number(sum));
}

function ttl([name, key]) {
    const found = find(key);
    if (!found) return ":-2\r\n";
    const left = (found.expiry - Date.now()) / (/^p/i.test(name) ? 1 : 1000);
    return found.expiry === Infinity ? ":-1\r\n" : `:${is("fraction") ? left : Math.round(left)}\r\n`;
}

// ---- lists, and who waits

function push([name, key, ...elements]) {
    const found = find(key, "list") ?? make(key, "list", []);
    for (const element of elements) found.value[name.toLowerCase() === "lpush" ? "unshift" : "push"](element);
    changed(key);
    const reply = `:${found.value.length}\r\n`;
    wake(key);
    return is("counts-later") ? `:${found.value.length}\r\n` : reply;
}

function pop(key, left) {
    const found = find(key, "list");
    if (!found) return null;
    const element = left ? found.value.shift() : found.value.pop();
    removeIfEmpty(key);
    return element;
}

function popSome([name, key, count]) {
    const left = name.toLowerCase() === "lpop";
    if (count === undefined || is("ignores-count")) return bulk(pop(key, left));
    if (integer(count) < 0n) wrong("ERR value is out of range, must be positive");
    if (!find(key, "list")) return "*-1\r\n";
    const some = [];
    while (some.length < Number(count) && table.has(key)) some.push(pop(key, left));
    return strings(some);
}

function wait(client, keys, limit, serve) {
    for (const key of is("last-key-first") ? [...keys].reverse() : keys) {
        const reply = serve(key);
        if (reply !== null) return reply;
    }
    const waiter = {client, keys, serve};
    const end = (reply) => {
        waiting.splice(waiting.indexOf(waiter), 1);
        clearTimeout(waiter.time);
        client.go(reply);
    };
    waiter.end = end;
    if (limit) waiter.time = setTimeout(() => end("*-1\r\n"), limit + 1);
    waiting.push(waiter);
    client.waits = true;
    return "";
}

function wake(key) {
    if (is("sleeps-on")) return;
    for (const waiter of waiting.filter(({keys}) => keys.includes(key))) {
        const reply = waiter.serve(key);
        if (reply === null) continue;
        setImmediate(waiter.end, reply);
        if (is("one-reader")) return;
    }
}

function bpop([name, ...words], client) {
    const keys = words.slice(0, -1);
    return wait(client, keys, float(words.at(-1)) * 1000, (key) => {
        const element = pop(key, name.toLowerCase() === "blpop" || is("serves-left") && client.waits);
        if (element === null) return null;
        return is("element-alone") ? bulk(element) : strings([key, element]);
    });
}

function lrange([, key, first, last]) {
    let [from, to] = [Number(integer(first)), Number(integer(last))];
    const {value} = find(key, "list") ?? {value: []};
    if (from < 0) from = Math.max(0, from + value.length);
    if (to < 0) to += value.length;
    if (is("never-ends")) while (to >= value.length) from += 0;
    return strings(value.slice(from, Math.max(0, to + 1)));
}

// ---- sorted sets and streams

function zadd([, key, ...pairs]) {
    if (pairs.length % 2) wrong("ERR syntax error");
    const scores = pairs.filter((_, at) => at % 2 === 0).map(float);
    const {value} = find(key, "zset") ?? make(key, "zset", new Map());
    const old = value.size;
    scores.forEach((score, at) => value.set(pairs[2 * at + 1], score));
    return `:${value.size - old}\r\n`;
}

function zrange([name, key, first, last]) {
    const of = ([member, score]) => is("scores-as-text") ? [String(score), member] : [score, member];
    const order = (a, b) => a < b ? -1 : a > b ? 1 : 0;
    const members = [...find(key, "zset")?.value ?? []].map(of).sort(
        (a, b) => order(a[0], b[0]) || order(a[1], b[1])).map((pair) => pair[1]);
    if (name.length > 6 && !is("not-turned")) members.reverse();
    return strings(members.slice(Number(first), Number(last) < 0 ? members.length + 1 + Number(last) : Number(last) + 1));
}

const score = (key, member) => {
    const found = find(key, "zset")?.value.get(member);
    return bulk(found === undefined ? null : number(found));
};

function zrem([, key, ...members]) {
    const found = find(key, "zset");
    if (is("one-of-several")) members.splice(1);
    const count = found ? members.filter((member) => found.value.delete(member)).length : 0;
    if (found) removeIfEmpty(key);
    return `:${count}\r\n`;
}

const smaller = (a, b) => is("ids-as-text") ? a.join("-") < b.join("-") : a[0] < b[0] || a[0] === b[0] && a[1] < b[1];

function xadd([, key, id, ...fields]) {
    const found = find(key, "stream") ?? make(key, "stream", []);
    const last = found.value.at(-1)?.id ?? [0n, 0n];
    const [ms, number] = id.split("-");
    const made = [BigInt(ms), number === "*" ? BigInt(ms) === last[0] ? last[1] + 1n : is("from-1") ? 1n : 0n : BigInt(number ?? 0)];
    if (!made[0] && !made[1]) wrong("ERR The ID specified in XADD must be greater than 0-0");
    if (!smaller(last, made) && !is("takes-all-ids")) wrong("ERR The ID specified in XADD is equal or smaller than the target stream top item");
    found.value.push({id: made, fields});
    wake(key);
    return bulk(made.join("-"));
}

function xread(words, client) {
    const names = words.map((word) => word.toUpperCase());
    const [block, count, streams] = ["BLOCK", "COUNT", "STREAMS"].map((name) => names.indexOf(name));
    const rest = words.slice(streams + 1);
    const half = rest.length / 2;
    if (half % 1) wrong("ERR Unbalanced 'xread' list of streams: for each stream key an ID or '$' must be specified.");
    if (!half) wrong("ERR wrong number of arguments for 'xread' command");
    const most = count > 0 && !is("no-count") ? Number(integer(words[count + 1])) : Infinity;
    const ids = rest.slice(half).map((text, at) => {
        if (text === "$") return find(rest[at], "stream")?.value.at(-1)?.id ?? [0n, 0n];
        if (!/^\d+(-\d+)?$/.test(text)) wrong("ERR Invalid stream ID specified as stream command argument");
        return [...text.split("-").map(BigInt), 0n].slice(0, 2);
    });
    const serve = () => {
        const found = rest.slice(0, half).flatMap((key, at) => {
            const entries = (find(key, "stream")?.value ?? []).filter(({id}) => smaller(ids[at], id)).slice(0, most);
            return entries.length ? [list([bulk(key), list(entries.map(
                ({id, fields}) => list(is("flat") ? [id.join("-"), ...fields].map(bulk)
                    : [bulk(id.join("-")), strings(fields)])))])] : [];
        });
        return found.length ? list(found) : null;
    };
    if (block < 0) return serve() ?? "*-1\r\n";
    return wait(client, rest.slice(0, half), Number(integer(words[block + 1])), serve);
}

// ---- transactions and channels

const oneQueue = [];

function exec(_, client) {
    const {queue, watched} = client;
    if (!queue) wrong("ERR EXEC without MULTI");
    if (queue.spoilt) {
        client.queue = null;
        client.watched = new Map();
        wrong("EXECABORT Transaction discarded because of previous errors.");
    }
    client.queue = is("never-over") ? [] : null;
    client.watched = new Map();
    if ([...watched].some(([key, count]) => changes.get(key) !== count)) return "*-1\r\n";
    if (is("lets-others-in")) return execLater(queue, client);
    return list(queue.map((words) => run(words, client)));
}

async function execLater(queue, client) {
    const replies = [];
    for (const words of queue) {
        replies.push(run(words, client));
        await (replies.length % 100 ? later() : pause());  // another's EXEC comes meanwhile
    }
    return list(replies);
}

function watch([, ...keys], client) {
    if (client.queue) wrong("ERR WATCH inside MULTI is not allowed");
    for (const key of keys) {
        changes.set(key, changes.get(key) ?? 0);
        client.watched.set(key, changes.get(key));
    }
    return "+OK\r\n";
}

function publish([, channel, text]) {
    const clients = channels.get(channel) ?? new Set();
    for (const client of clients) {
        const message = strings(is("no-channel") ? ["message", text] : ["message", channel, text]);
        if (is("holds-back")) client.held += message;
        else client.send(message);
    }
    return is("publish-is-ok") ? "+OK\r\n" : `:${clients.size}\r\n`;
}

function subscribe([, ...names], client) {
    if (is("subscribe-is-ok")) return "+OK\r\n";
    return names.map((channel) => {
        client.channels.add(channel);
        if (!channels.has(channel)) channels.set(channel, new Set());
        channels.get(channel).add(client);
        return list([bulk("subscribe"), bulk(channel), `:${client.channels.size}\r\n`]);
    }).join("");
}

function ping([, text], client) {
    if (client.channels.size && !is("pong-for-all")) return strings(["pong", text ?? ""]);
    return text === undefined ? "+PONG\r\n" : bulk(text);
}

const commands = {
    ping: [1, 2, ping],
    echo: [2, 2, (words) => bulk(words[1])],
    set: [3, 9, set],
    get: [2, 2, (words) => bulk(find(words[1], "string")?.value ?? null)],
    mget: [2, 99, (words) => strings(words.slice(1).map((key) => find(key)?.value ?? null))],
    exists: [2, 99, (words) => `:${words.slice(1).filter((key) => find(key)).length}\r\n`],
    del: [2, 99, (words) => `:${words.slice(1).filter((key) => find(key) && remove(key)).length}\r\n`],
    type: [2, 2, (words) => `+${find(words[1])?.type ?? "none"}\r\n`],
    incr: [2, 2, (words) => is("counts-later") ? addLater(words[1], 1n) : add(words[1], 1n)],
    decr: [2, 2, (words) => add(words[1], -1n)],
    incrby: [3, 3, (words) => add(words[1], integer(words[2]))],
    decrby: [3, 3, decrby],
    incrbyfloat: [3, 3, incrbyfloat],
    ttl: [2, 2, ttl],
    pttl: [2, 2, ttl],
    lpush: [3, 99, push],
    rpush: [3, 99, push],
    llen: [2, 2, (words) => `:${find(words[1], "list")?.value.length ?? 0}\r\n`],
    lrange: [4, 4, lrange],
    lpop: [2, 3, popSome],
    rpop: [2, 3, popSome],
    blpop: [3, 99, bpop],
    brpop: [3, 99, bpop],
    zadd: [4, 99, zadd],
    zcard: [2, 2, (words) => `:${find(words[1], "zset")?.value.size ?? 0}\r\n`],
    zscore: [3, 3, (words) => score(words[1], words[2])],
    zmscore: [3, 99, (words) => list(words.slice(2).map((member) => score(words[1], member)))],
    zrem: [3, 99, zrem],
    zrange: [4, 4, zrange],
    zrevrange: [4, 4, zrange],
    xadd: [5, 99, xadd],
    xread: [4, 99, xread],
    multi: [1, 1, (_, client) => {
        if (is("one-queue")) return client.queue = oneQueue, "+OK\r\n";
        if (client.queue) wrong("ERR MULTI calls can not be nested");
        client.queue = [];
        return "+OK\r\n";
    }],
    exec: [1, 1, exec],
    discard: [1, 1, (_, client) => {
        if (!client.queue) wrong("ERR DISCARD without MULTI");
        client.queue = null;
        return "+OK\r\n";
    }],
    watch: [2, 99, watch],
    publish: [3, 3, publish],
    subscribe: [2, 99, subscribe],
};

// What is wrong with a request before it runs; "" for nothing.
function refusal(words) {
    const name = words[0].toLowerCase();
    if (!Object.hasOwn(commands, name)) {
        const rest = words.slice(1).map((word) => `'${word}' `).join("");
        return `-ERR unknown command '${words[0]}', with args beginning with: ${rest}\r\n`;
    }
    const [least, most] = commands[name];
    return words.length < least || words.length > most && !is("any-number") ? `-ERR wrong number of arguments for '${name}' command\r\n` : "";
}

function run(words, client) {
    const refused = is("throws") ? "" : refusal(words);
    if (refused) return refused;
    try {
        return commands[words[0].toLowerCase()][2](words, client);
    } catch (error) {
        if (typeof error !== "string") throw error;
        return error;
    }
}

const AT_ONCE = ["multi", "exec", "discard", ...is("watch-is-queued") ? [] : ["watch"]];

function take(words, client) {
    if (!client.queue || AT_ONCE.includes(words[0].toLowerCase())) return run(words, client);
    const refused = is("queues-all") ? "" : refusal(words);
    if (refused) client.queue.spoilt = true;
    if (refused) return refused;
    client.queue.push(words);
    return "+QUEUED\r\n";
}

// [words, where they end], or null if there is not enough.
function parse(data, from) {
    let at = data.indexOf("\n", from) + 1;
    if (!at) return null;
    const head = data.toString("latin1", from, at).trim();
    if (head[0] !== "*") return [head ? head.split(/\s+/) : [], at];
    const words = [];
    while (words.length < Number(head.slice(1))) {
        const end = data.indexOf("\r\n", at);
        let size = Number(data.toString("latin1", at + 1, end));
        if (is("cuts-at-newline")) size = data.indexOf("\r\n", end + 2) - end - 2;
        if (end < 0 || data.length < end + size + 4) return null;
        words.push(data.toString("latin1", end + 2, end + 2 + size));
        at = end + size + 4;
    }
    return [words, at];
}

net.createServer({allowHalfOpen: true, noDelay: true}, (socket) => {
    let rest = Buffer.alloc(0);
    const client = {queue: null, watched: new Map(), channels: new Set(), waits: false, held: ""};
    client.send = (text) => {
        if (!socket.write(text, "latin1")) socket.pause();
    };
    client.go = (reply) => {
        client.waits = false;
        client.send(reply);
        work();
    };
    function work() {
        let at = 0;
        for (let found; !client.waits && at < rest.length && (found = parse(rest, at));) {
            at = found[1];
            const reply = found[0].length ? take(found[0], client) : "";
            if (reply instanceof Promise) {
                client.waits = true;
                reply.then(client.go);
            } else if (reply) {
                client.send(client.held + reply);
                client.held = "";
            }
        }
        rest = rest.subarray(at);
    }
    socket.on("data", (data) => {
        if (stage < "03") return client.send(data);
        if (is("one-read")) {
            const words = data.toString("latin1").split("\r\n").filter((_, n) => n > 1 && n % 2 === 0);
            if (words.length) client.send(take(words, client));
            return;
        }
        rest = rest.length ? Buffer.concat([rest, data]) : data;
        work();
    });
    socket.on("close", () => {
        waiting.filter((waiter) => waiter.client === client).forEach((waiter) => {
            clearTimeout(waiter.time);
            waiting.splice(waiting.indexOf(waiter), 1);
        });
        client.channels.forEach((channel) => channels.get(channel).delete(client));
    });
    socket.on("drain", () => socket.resume());
    socket.on("end", () => socket.end());
    if (!is("dies-of-reset")) socket.on("error", () => socket.destroy());
}).listen(Number(port), "127.0.0.1", 511);
process.on("SIGTERM", () => process.exit(0));
