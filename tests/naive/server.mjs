// Stages 02 to 05 in JavaScript, for Node.
//
//     node server.mjs STAGE PORT [MISTAKE]

import net from "node:net";

const [stage, port, mistake = ""] = process.argv.slice(2);
const object = {};
const plain = {     // what an object inherits is found, too
    get: (key) => object[key] && {value: Buffer.from(String(object[key])), expiry: Infinity, ...object[key]},
    set: (key, entry) => { object[key] = entry; },
    delete: (key) => delete object[key],
};
const table = mistake === "plain-object" ? plain : new Map(); // key: {value, expiry}; keys as latin1

const arity = (name) => `-ERR wrong number of arguments for '${name}' command\r\n`;

function bulk(value) {
    if (value === undefined) return "$-1\r\n";
    if (mistake === "falsy" && !value.length) return "$-1\r\n";
    if (mistake === "text-length") {
        const text = value.toString();
        return `$${text.length}\r\n${text}\r\n`;
    }
    if (mistake === "text") value = Buffer.from(value.toString());
    return Buffer.concat([Buffer.from(`$${value.length}\r\n`), value, Buffer.from("\r\n")]);
}

// [words, bytes used] from the start of data, or null if there is not enough.
function parse(data) {
    if (data[0] !== 42) {
        const end = data.indexOf("\n");
        if (end < 0) return null;
        const words = data.toString("latin1", 0, end).trim().split(/\s+/).filter((word) => word);
        return [words.map((word) => Buffer.from(word, "latin1")), end + 1];
    }
    let at = data.indexOf("\r\n");
    if (at < 0) return null;
    const count = Number(data.toString("latin1", 1, at));
    const words = [];
    at += 2;
    while (words.length < count) {
        const end = data.indexOf("\r\n", at);
        if (end < 0) return null;
        let size = Number(data.toString("latin1", at + 1, end));
        if (mistake === "cuts-at-newline") size = data.indexOf("\r\n", end + 2) - end - 2;
        if (data.length < end + 2 + size + 2) return null;
        words.push(data.subarray(end + 2, end + 2 + size));
        at = end + 2 + size + 2;
    }
    return [words, at];
}

function look(key) {
    const found = table.get(key.toString("latin1"));
    if (found && found.expiry <= Date.now()) {
        table.delete(key.toString("latin1"));
        return undefined;
    }
    return found;
}

function set(words) {
    let expiry = Infinity;
    if (mistake !== "ignores-options" && words.length > 3) {
        const unit = {EX: 1000, PX: 1}[words[3].toString().toUpperCase()];
        if (!unit || stage < "05" || words.length !== 5) return "-ERR syntax error\r\n";
        const amount = Number(words[4]);
        if (!Number.isSafeInteger(amount)) return "-ERR value is not an integer or out of range\r\n";
        if (amount <= 0) return "-ERR invalid expire time in 'set' command\r\n";
        expiry = Date.now() + amount * unit;
    }
    const key = words[1].toString("latin1");
    if (mistake === "timers" && expiry < Infinity) {
        setTimeout(() => table.delete(key), expiry - Date.now());
        expiry = Infinity;
    }
    table.set(key, {value: Buffer.from(words[2]), expiry});
    return "+OK\r\n";
}

function ttl(words) {
    const found = look(words[1]);
    if (!found) return ":-2\r\n";
    if (found.expiry === Infinity) return ":-1\r\n";
    return `:${Math.round((found.expiry - Date.now()) / 1000)}\r\n`;
}

const commands = {
    ping: [1, 2, (words) => words.length > 1 ? bulk(words[1]) : "+PONG\r\n"],
    echo: [2, 2, (words) => bulk(words[1])],
};
if (stage >= "04") {
    commands.set = [3, 9, set];
    commands.get = [2, 2, (words) => bulk(look(words[1])?.value)];
    commands.mget = [2, 99, (words) => Buffer.concat([Buffer.from(`*${words.length - 1}\r\n`),
        ...words.slice(1).map((key) => Buffer.from(bulk(look(key)?.value)))])];
    commands.exists = [2, 99, (words) => `:${words.slice(1).filter(look).length}\r\n`];
    commands.del = [2, 99, (words) => `:${words.slice(1).filter(
        (key) => look(key) && table.delete(key.toString("latin1"))).length}\r\n`];
}
if (stage >= "05") commands.ttl = [2, 2, ttl];

function run(words) {
    const name = words[0].toString("latin1").toLowerCase();
    if (mistake === "throws") return commands[name][2](words);
    if (!Object.hasOwn(commands, name)) {
        const args = words.slice(1).map((word) => `'${word.toString("latin1")}' `);
        return `-ERR unknown command '${words[0].toString("latin1")}', with args beginning with: ${args.join("")}\r\n`;
    }
    const [least, most, command] = commands[name];
    return words.length < least || words.length > most ? arity(name) : command(words);
}

const server = net.createServer({allowHalfOpen: true, noDelay: true}, (socket) => {
    let rest = Buffer.alloc(0);
    const send = (bytes) => {
        if (!socket.write(bytes)) socket.pause();
    };
    socket.on("data", (data) => {
        if (stage < "03") {
            send(data);
            return;
        }
        if (mistake === "one-read") {
            const words = data.toString("latin1").split("\r\n").filter((_, n) => n > 1 && n % 2 === 0);
            if (words.length) send(run(words.map((word) => Buffer.from(word, "latin1"))));
            return;
        }
        rest = rest.length ? Buffer.concat([rest, data]) : data;
        for (let found; rest.length && (found = parse(rest));) {
            if (found[0].length) send(run(found[0]));
            rest = rest.subarray(found[1]);
        }
    });
    socket.on("drain", () => socket.resume());
    socket.on("end", () => socket.end());
    if (mistake !== "dies-of-reset") socket.on("error", () => socket.destroy());
});
server.listen(Number(port), "127.0.0.1", 511);
process.on("SIGTERM", () => process.exit(0));
