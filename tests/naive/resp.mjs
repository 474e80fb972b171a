// Stage 03 in JavaScript, for Node: the protocol and the handshakes, all of it.
//
//     tests/check --stage 03 --server 'node tests/naive/resp.mjs 03 {port}'

import net from "node:net";

const MAX_BULK = 512 * 1024 * 1024;
const MAX_LINE = 64 * 1024;
const NEED_MORE = Symbol("need more");

class ProtocolError extends Error {}

const simple = (text) => Buffer.from(`+${text}\r\n`);
const error = (text) => Buffer.from(`-${text}\r\n`, "latin1");
const integer = (value) => Buffer.from(`:${value}\r\n`);
const array = (items) =>
    Buffer.concat([Buffer.from(`*${items.length}\r\n`), ...items]);
const bulk = (value) => {
    if (value === null) return Buffer.from("$-1\r\n");
    const bytes = Buffer.from(value);
    return Buffer.concat([
        Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from("\r\n")]);
};

// What has come in and is not yet used. Pieces are joined only when so many
// bytes are there as the parser waits for: a large bulk costs linear time.
class Input {
    constructor() {
        this.pieces = [];
        this.size = 0;
        this.need = 1;
    }

    push(piece) {
        this.pieces.push(piece);
        this.size += piece.length;
    }

    joined() {
        if (this.pieces.length > 1) this.pieces = [Buffer.concat(this.pieces)];
        return this.pieces[0] ?? Buffer.alloc(0);
    }

    drop(count) {
        this.pieces = [this.joined().subarray(count)];
        this.size -= count;
    }
}

function line(data, at, what) {
    const end = data.indexOf(10, at);
    if (end < 0) {
        if (data.length - at > MAX_LINE)
            throw new ProtocolError(`too big ${what}`);
        return NEED_MORE;
    }
    const stop = end > at && data[end - 1] === 13 ? end - 1 : end;
    return [data.subarray(at, stop), end + 1];
}

function number(bytes) {
    const text = bytes.toString("latin1");
    return /^(-?[1-9][0-9]{0,17}|0)$/.test(text) ? Number(text) : NaN;
}

// One request from the start of the input: [words, bytes used].
function parse(input) {
    const data = input.joined();
    if (data.length === 0) return NEED_MORE;
    if (data[0] !== 42) return parseInline(data);
    const head = line(data, 1, "mbulk count string");
    if (head === NEED_MORE) return NEED_MORE;
    const count = number(head[0]);
    if (Number.isNaN(count) || count > 2147483647)
        throw new ProtocolError("invalid multibulk length");
    const words = [];
    let at = head[1];
    while (words.length < count) {
        if (at >= data.length) return NEED_MORE;
        if (data[at] !== 36)
            throw new ProtocolError(
                `expected '$', got '${String.fromCharCode(data[at])}'`);
        const size = line(data, at + 1, "bulk count string");
        if (size === NEED_MORE) return NEED_MORE;
        const length = number(size[0]);
        if (!(length >= 0 && length <= MAX_BULK))
            throw new ProtocolError("invalid bulk length");
        const end = size[1] + length + 2;
        if (end > data.length) {
            input.need = end;
            return NEED_MORE;
        }
        words.push(data.subarray(size[1], end - 2));
        at = end;
    }
    return [words, at];
}

function parseInline(data) {
    const found = line(data, 0, "inline request");
    if (found === NEED_MORE) return NEED_MORE;
    return [split(found[0].toString("latin1")), found[1]];
}

const ESCAPES = {n: "\n", r: "\r", t: "\t", b: "\b", a: "\x07"};

// A line in words; quotes keep spaces, and end a word.
function split(text) {
    const words = [];
    let at = 0;
    while (true) {
        while (/\s/.test(text[at] ?? "")) at++;
        if (at >= text.length) return words.map((w) => Buffer.from(w, "latin1"));
        let word = "";
        while (at < text.length && !/\s/.test(text[at])) {
            if (text[at] === '"' || text[at] === "'") {
                const [inside, after] = quoted(text, at);
                word += inside;
                at = after;
            } else {
                word += text[at++];
            }
        }
        words.push(word);
    }
}

function quoted(text, start) {
    const quote = text[start];
    let inside = "";
    let at = start + 1;
    while (text[at] !== quote) {
        if (at >= text.length)
            throw new ProtocolError("unbalanced quotes in request");
        const hex = /^\\x([0-9a-fA-F]{2})/.exec(text.slice(at, at + 4));
        if (quote === '"' && hex) {
            inside += String.fromCharCode(parseInt(hex[1], 16));
            at += 4;
        } else if (text[at] === "\\" && (quote === '"' || text[at + 1] === "'")) {
            inside += quote === '"' ? ESCAPES[text[at + 1]] ?? text[at + 1] : "'";
            at += 2;
        } else {
            inside += text[at++];
        }
    }
    if (at + 1 < text.length && !/\s/.test(text[at + 1]))
        throw new ProtocolError("unbalanced quotes in request");
    return [inside, at + 1];
}

let lastId = 0;

const arity = (name) => error(`ERR wrong number of arguments for '${name}' command`);
const noSuch = (command, word) =>
    error(`ERR unknown subcommand '${word}'. Try ${command} HELP.`);

function hello(client, words) {
    if (words.length > 1) {
        const version = number(words[1]);
        if (Number.isNaN(version))
            return error("ERR Protocol version is not an integer or out of range");
        if (version !== 2) return error("NOPROTO unsupported protocol version");
    }
    for (let at = 2; at < words.length; at += 2) {
        if (String(words[at]).toLowerCase() !== "setname" || !words[at + 1])
            return error(`ERR Syntax error in HELLO option '${words[at]}'`);
        client.name = String(words[at + 1]);
    }
    return array([
        bulk("server"), bulk("redis"), bulk("version"), bulk("7.2.0"),
        bulk("proto"), integer(2), bulk("id"), integer(client.id),
        bulk("mode"), bulk("standalone"), bulk("role"), bulk("master"),
        bulk("modules"), array([])]);
}

function setName(client, name) {
    if (/[^!-~]/.test(name))
        return error("ERR Client names cannot contain spaces, newlines or " +
                     "special characters.");
    client.name = name;
    return simple("OK");
}

const CLIENT = {
    id: [2, (client) => integer(client.id)],
    getname: [2, (client) => bulk(client.name || null)],
    setname: [3, (client, words) => setName(client, String(words[2]))],
    setinfo: [4, () => simple("OK")],
};

function subcommand(table, name, client, words) {
    const row = table[String(words[1]).toLowerCase()];
    if (!row) return noSuch(name.toUpperCase(), words[1]);
    if (row[0] > 0 ? words.length !== row[0] : words.length < -row[0])
        return arity(`${name}|${String(words[1]).toLowerCase()}`);
    return row[1](client, words);
}

const COMMAND = {
    count: [2, () => integer(Object.keys(TABLE).length)],
    docs: [-2, () => array([])],
};

// Name: arity as Redis counts it (negative: at least), function.
const TABLE = {
    ping: [-1, (_client, words) => words.length > 2 ? arity("ping")
        : words.length > 1 ? bulk(words[1]) : simple("PONG")],
    echo: [2, (_client, words) => bulk(words[1])],
    quit: [-1, (client) => {
        client.closing = true;
        return simple("OK");
    }],
    reset: [1, (client) => {
        client.name = "";
        return simple("RESET");
    }],
    hello: [-1, hello],
    client: [-2, (client, words) => subcommand(CLIENT, "client", client, words)],
    command: [-1, (client, words) => words.length > 1
        ? subcommand(COMMAND, "command", client, words)
        : array([])],
};

function run(client, words) {
    const name = words[0].toString("latin1").toLowerCase();
    if (name === "post" || name === "host:") {
        client.leaving = client.closing = true;
        return null;
    }
    const row = Object.hasOwn(TABLE, name) ? TABLE[name] : null;
    if (!row)
        return error(
            `ERR unknown command '${words[0].toString("latin1")}', with args ` +
            "beginning with: " + words.slice(1).map(
                (word) => `'${word.toString("latin1")}' `).join(""));
    if (row[0] > 0 ? words.length !== row[0] : words.length < -row[0])
        return arity(name);
    return row[1](client, words);
}

// Answer all whole requests that are there, with one write.
function turn(client) {
    const {input} = client;
    const out = [];
    while (!client.closing && input.size >= input.need) {
        let found;
        try {
            found = parse(input);
        } catch (problem) {
            if (!(problem instanceof ProtocolError)) throw problem;
            out.push(error(`ERR Protocol error: ${problem.message}`));
            client.closing = true;
            break;
        }
        if (found === NEED_MORE) break;
        input.need = 1;
        const bytes = found[0].length ? run(client, found[0]) : null;
        if (bytes) out.push(bytes);
        input.drop(found[1]);
    }
    if (client.leaving) return client.socket.destroy();
    if (out.length && !client.socket.write(Buffer.concat(out)))
        client.socket.pause();
    if (client.closing) client.socket.end();
}

const server = net.createServer({allowHalfOpen: true, noDelay: true}, (socket) => {
    const client = {
        socket, id: ++lastId, name: "", closing: false, input: new Input()};
    socket.on("data", (piece) => {
        client.input.push(piece);
        if (!client.closing && client.input.size >= client.input.need)
            turn(client);
    });
    socket.on("drain", () => socket.resume());
    socket.on("end", () => socket.end());
    socket.on("error", () => socket.destroy());
});

server.on("error", (problem) => {
    console.error(`cannot listen: ${problem.message}`);
    process.exit(1);
});
server.listen(Number(process.argv[3]), "127.0.0.1", 511);
for (const name of ["SIGTERM", "SIGINT"]) process.on(name, () => process.exit(0));
