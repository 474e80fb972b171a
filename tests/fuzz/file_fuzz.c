/* A client without a connection, and the commands that it sends.
 *
 * No command here fails for want of the right type: that it is refused then is
 * part of what is tried. */
#include "file_fuzz.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "blocking.h"
#include "buf.h"
#include "command.h"
#include "conn.h"
#include "digest.h"
#include "keyspace.h"
#include "save_points.h"
#include "xalloc.h"

/* Each value meets one in so many of the commands; which, its digest says. */
enum { KEYS_USED = 3, KEY_SHOWN = 64, TURNS = 4 };

static struct conn conn;
static struct buf request;

/* A word of a command; K is the key. */
static const char *const commands[] = {
    "TYPE K",
    "OBJECT ENCODING K",
    "MEMORY USAGE K SAMPLES 0",
    "COPY K other REPLACE",
    "GET K",
    "GETRANGE K 1 -2",
    "LRANGE K 0 -1",
    "LRANGE K -3 -2",
    "LPOS K b RANK -1",
    "HGETALL K",
    "HRANDFIELD K -5 WITHVALUES",
    "HSCAN K 0 COUNT 5",
    "HSTRLEN K a",
    "SMEMBERS K",
    "SSCAN K 0 COUNT 5",
    "SRANDMEMBER K -7",
    "SINTERCARD 2 K other",
    "ZRANGE K 0 -1 REV WITHSCORES",
    "ZRANGEBYSCORE K -inf +inf",
    "ZLEXCOUNT K - [m",
    "ZRANK K b",
    "ZUNIONSTORE sum 2 K other",
    "GEOSEARCH K FROMLONLAT 1 1 BYRADIUS 10000 km",
    "PFCOUNT K",
    "BITCOUNT K",
    "SORT K ALPHA LIMIT 0 5",
    "XRANGE K - +",
    "XREVRANGE K + - COUNT 3",
    "XINFO STREAM K FULL COUNT 3",
    "XINFO GROUPS K",
    "XPENDING K g - + 10",
    "XREADGROUP GROUP g c COUNT 2 STREAMS K >",
    "XREADGROUP GROUP g c COUNT 5 STREAMS K 0",
    "XAUTOCLAIM K g d 0 0 COUNT 4",
    "XACK K g 1-1 2-1",
    "APPEND K more",
    "SETRANGE K 3 xyz",
    "SETBIT K 77 1",
    "PFADD K a b c",
    "INCRBY K 3",
    "LPUSH K front",
    "RPUSH K back 12345",
    "LSET K -1 changed",
    "LINSERT K BEFORE back between",
    "LREM K 1 b",
    "LMOVE K K LEFT RIGHT",
    "LPOP K 2",
    "RPOP K",
    "LTRIM K 1 -2",
    "HSET K field value a aa",
    "HINCRBY K number 7",
    "HDEL K a b",
    "SADD K member 17 -99999",
    "SREM K a 1",
    "SMOVE K other b",
    "SPOP K 2",
    "SUNIONSTORE union K other",
    "ZADD K 1.5 member 2 b",
    "ZINCRBY K -3 a",
    "ZREM K b",
    "ZPOPMIN K 2",
    "ZREMRANGEBYRANK K 1 1",
    "XADD K * f v g w",
    "XDEL K 1-1",
    "XTRIM K MAXLEN 2",
    "XGROUP CREATE K h $",
    "XGROUP SETID K g 0",
    "XSETID K 99999999999999-0",
    "EXPIRE K 100",
    "RENAME K moved",
    "DEL moved"};

/* Appends a word as a bulk string. */
static void add_word(const char *bytes, size_t len) {
    char head[32];
    int digits = snprintf(head, sizeof head, "$%zu\r\n", len);
    buf_append(&request, head, (size_t)digits);
    buf_append(&request, bytes, len);
    buf_append(&request, "\r\n", 2);
}

static size_t count_words(const char *text) {
    size_t count = 1;
    for (; *text != '\0'; text++)
        count += *text == ' ';
    return count;
}

/* Appends a command, K replaced by the key. */
static void add_command(const char *text, struct slice key) {
    char head[32];
    int digits = snprintf(head, sizeof head, "*%zu\r\n", count_words(text));
    buf_append(&request, head, (size_t)digits);
    while (*text != '\0') {
        size_t len = strcspn(text, " ");
        if (len == 1 && *text == 'K')
            add_word(key.ptr, key.len);
        else
            add_word(text, len);
        text += len + (text[len] == ' ');
    }
}

/* Runs what was appended; replies are thrown away. */
static void run(void) {
    while (buf_len(&request) > 0) {
        size_t used = app_input(&conn, buf_bytes(&request), buf_len(&request));
        output_free(&conn.out);
        assert(used > 0 && !conn.ending && !conn.closed);
        buf_consume(&request, used);
    }
}

static void run_one(const char *text, struct slice key) {
    add_command(text, key);
    run();
}

void file_fuzz_begin(void) {
    static bool started;
    if (!started) {
        started = true;
        xalloc_start();
        command_start();
        keyspace_start();
        blocking_start();
        conn.watch.fd = -1;
        conn.pending = true; /* nobody sends what is in conn.out */
        app_open(&conn);
        (void)save_points_set(NULL, 0, false); /* or FLUSHALL would save */
    }
    run_one("FLUSHALL SYNC", file_fuzz_text(""));
}

void file_fuzz_add(struct entry *entry) {
    struct key key = db_key(keyspace_db(0), entry_key(entry));
    keyspace_add(&key, entry);
}

void *file_fuzz_copy(const void *bytes, size_t size) {
    char *copy = malloc(size > 0 ? size : 1);
    if (copy == NULL)
        abort();
    if (size > 0)
        memcpy(copy, bytes, size);
    return copy;
}

static struct digest digest_of(struct slice text) {
    struct key key = db_key(keyspace_db(0), text);
    struct entry *entry = keyspace_peek(&key);
    return entry != NULL ? digest_of_value(entry) : (struct digest){0};
}

void file_fuzz_use(struct slice key) {
    struct digest digest = digest_of(key);
    run_one("COPY K fuzz:copy REPLACE", key);
    struct digest copied = digest_of(file_fuzz_text("fuzz:copy"));
    assert(memcmp(&digest, &copied, sizeof digest) == 0);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if ((i + digest.bytes[0]) % TURNS == 0)
            run_one(commands[i], key);
    run_one("DEL fuzz:copy other sum union", key);
}

/* A key that is there, as text; its length. */
static size_t any_key(char *text) {
    add_command("RANDOMKEY", file_fuzz_text(""));
    size_t used = app_input(&conn, buf_bytes(&request), buf_len(&request));
    buf_consume(&request, used);
    const char *reply = buf_bytes(conn_out(&conn));
    long len = strtol(reply + 1, NULL, 10);
    if (len > KEY_SHOWN)
        len = 0;
    if (len > 0)
        memcpy(text, strchr(reply, '\n') + 1, (size_t)len);
    output_free(&conn.out);
    return len > 0 ? (size_t)len : 0;
}

void file_fuzz_use_all(void) {
    (void)digest_of_data();
    for (int i = 0; i < KEYS_USED; i++) {
        char text[KEY_SHOWN];
        size_t len = any_key(text);
        if (len > 0)
            file_fuzz_use((struct slice){text, len});
    }
    run_one("FLUSHALL SYNC", file_fuzz_text(""));
}
