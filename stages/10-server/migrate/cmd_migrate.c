/* MIGRATE: moves keys to another server.
 *
 *     to the target                       from it
 *     AUTH user password                  +OK
 *     SELECT 1                            +OK
 *     RESTORE fruit 0 "\x00\x05grape..."  +OK     fruit is deleted here
 *     RESTORE stone 950 "..." REPLACE     -OOM    stone stays
 *
 * A key is deleted only once the target has said that it has it. If the
 * connection breaks in between, the keys whose answers did not come may be on
 * both sides, but never on none. */
#include <errno.h>
#include <stdlib.h>

#include "arguments.h"
#include "clock.h"
#include "command.h"
#include "command_names.h"
#include "dump.h"
#include "effect.h"
#include "entry_expiry.h"
#include "keyspace.h"
#include "migrate_arguments.h"
#include "target.h"
#include "words.h"
#include "xalloc.h"

enum {
    DEFAULT_LIMIT_MS = 1000,
    CHUNK = 64 * 1024 /* bytes that are sent at once, or one key */
};

struct migration {
    struct client *client;
    const struct slice *argv;
    struct migrate_arguments asked;
    int64_t limit_ms, database;
    struct target *target;
    bool selects;           /* SELECT stands in front */
    struct slice *keys;     /* those that are to go; they lie in argv */
    size_t count, answered; /* of them */
    struct slice *gone;     /* DEL, and those that went */
    size_t words;           /* of these */
    bool refused; /* the target has refused something, and the client knows */
};

/* Returns false after an error reply. */
static bool parse(struct migration *migration, const struct request *request) {
    struct client *client = migration->client;
    migration->argv = request->argv;
    migration->asked = migrate_arguments(request->argv, request->argc);
    if (migration->asked.wrong != NULL) {
        reply_error(client, migration->asked.wrong);
        return false;
    }
    if (!argument_i64(client, request->argv[5], &migration->limit_ms) ||
        !argument_i64(client, request->argv[4], &migration->database))
        return false;
    if (migration->limit_ms <= 0)
        migration->limit_ms = DEFAULT_LIMIT_MS;
    return true;
}

/* Leaves out keys that do not exist. They are no error, unless none is left. */
static void find_keys(struct migration *migration) {
    const struct migrate_arguments *asked = &migration->asked;
    /* One more than needed, so that it is never of 0 bytes. */
    migration->keys = xmalloc((asked->keys + 1) * sizeof(struct slice));
    for (size_t i = 0; i < asked->keys; i++) {
        struct slice name = migration->argv[asked->first_key + i];
        struct key key = keyspace_key(migration->client, name);
        if (keyspace_read(migration->client, &key) != NULL)
            migration->keys[migration->count++] = name;
    }
}

/* Sending. */

/* Returns the key's time to live, or 0 if it does not expire. A key whose time
 * comes while the keys are being sent is sent with one millisecond left. */
static int64_t time_left_ms(const struct entry *entry) {
    int64_t expiry = entry_expiry(entry);
    if (expiry == NO_EXPIRY)
        return 0;
    int64_t left = expiry - clock_wall_us() / 1000;
    return left > 0 ? left : 1;
}

static void write_greeting(const struct migration *migration, struct buf *out) {
    const struct migrate_arguments *asked = &migration->asked;
    const struct slice *argv = migration->argv;
    char digits[NUMBER_I64_MAX_TEXT];
    if (asked->user != 0)
        words_write(
            out, WORDS(word("AUTH"), argv[asked->user], argv[asked->password]));
    else if (asked->password != 0)
        words_write(out, WORDS(word("AUTH"), argv[asked->password]));
    if (migration->selects)
        words_write(out, WORDS(word("SELECT"),
                               word_number(migration->database, digits)));
}

static void write_key(const struct migration *migration, struct buf *out,
                      struct slice name) {
    struct key key = keyspace_key(migration->client, name);
    /* It is still there: the time by which keys live stands still while the
     * command runs. */
    const struct entry *entry = keyspace_peek(&key);
    char digits[NUMBER_I64_MAX_TEXT];
    struct rdb_writer writer;
    dump_value(&writer, entry);
    struct slice words[] = {
        word("RESTORE"), name, word_number(time_left_ms(entry), digits),
        (struct slice){(char *)writer.bytes, writer.used}, word("REPLACE")};
    words_write(out, words, migration->asked.replace ? 5 : 4);
    rdb_writer_free(&writer);
}

/* Sends everything before the first answer is read, so that many keys cost one
 * round trip. The answers wait meanwhile, in the sockets and at the target. */
static bool send_keys(const struct migration *migration, struct buf *out) {
    write_greeting(migration, out);
    for (size_t i = 0; i < migration->count; i++) {
        write_key(migration, out, migration->keys[i]);
        if (buf_len(out) >= CHUNK &&
            !target_send(migration->target, out, migration->limit_ms))
            return false;
    }
    return target_send(migration->target, out, migration->limit_ms);
}

/* Receiving. */

/* A line that does not belong to the protocol counts as a failure: it does not
 * come from a server of this kind, and nothing was stored there. */
static bool receive(struct migration *migration, struct slice *line) {
    if (!target_line(migration->target, migration->limit_ms, line))
        return false;
    if (line->len > 0 && (line->ptr[0] == '+' || line->ptr[0] == '-'))
        return true;
    errno = EPROTO;
    return false;
}

/* The client is told the first refusal. It may have been that of SELECT, so the
 * next migration selects again. */
static void refuse(struct migration *migration, struct slice line) {
    if (!migration->refused)
        reply_errorf(migration->client,
                     "ERR Target instance replied with error: %.*s",
                     (int)line.len - 1, line.ptr + 1);
    migration->refused = true;
    *target_database(migration->target) = -1;
}

static bool receive_greeting(struct migration *migration) {
    struct slice line;
    int lines = (migration->asked.password != 0) + migration->selects;
    for (int i = 0; i < lines; i++) {
        if (!receive(migration, &line))
            return false;
        if (line.ptr[0] == '-')
            refuse(migration, line);
    }
    return true;
}

static void delete_key(struct migration *migration, struct slice name) {
    struct key key = keyspace_key(migration->client, name);
    if (!keyspace_delete(&key)) /* it was named twice */
        return;
    keyspace_changed(&key, "gdel", 1);
    migration->gone[migration->words++] = name;
}

/* If the password or the database was refused, no key has arrived where it
 * should, whatever the target answers. */
static bool receive_keys(struct migration *migration) {
    struct slice line;
    if (!receive_greeting(migration))
        return false;
    bool lost = migration->refused;
    while (migration->answered < migration->count) {
        if (!receive(migration, &line))
            return false;
        struct slice name = migration->keys[migration->answered++];
        if (line.ptr[0] == '-')
            refuse(migration, line);
        else if (!lost && !migration->asked.copy)
            delete_key(migration, name);
    }
    return true;
}

/* Returns NULL, or what failed, with the reason in errno. */
static const char *exchange(struct migration *migration) {
    struct buf out = {0};
    int *database = target_database(migration->target);
    migration->selects = *database != migration->database;
    bool sent = send_keys(migration, &out);
    int reason = errno; /* which free() may change */
    buf_free(&out);
    errno = reason;
    if (!sent)
        return "writing";
    if (!receive_keys(migration))
        return "reading";
    if (!migration->refused)
        *database = (int)migration->database;
    return NULL;
}

/* Tries once. Returns false if another attempt makes sense: the target may have
 * closed a connection that was kept, which is noticed only when it is used. */
static bool attempt(struct migration *migration, bool last) {
    struct client *client = migration->client;
    const char *failed = "writing";
    enum target_status status =
        target_find(migration->argv[1], migration->argv[2], migration->limit_ms,
                    &migration->target);
    if (status == TARGET_UNREACHABLE) {
        reply_error(client, "IOERR error or timeout connecting to the client");
        return true;
    }
    /* Without a connection nothing was written either, so "writing" failed. */
    if (status == TARGET_READY) {
        failed = exchange(migration);
        /* A kept connection that is closed fails at once, and before the first
         * answer. All else is a failure of its own. */
        bool too_late = errno == ETIMEDOUT || migration->answered > 0;
        if (failed != NULL)
            target_close(migration->target);
        if (failed != NULL && !too_late && !migration->refused && !last)
            return false;
    }
    if (failed == NULL && !migration->refused)
        reply_ok(client);
    else if (failed != NULL && !migration->refused)
        reply_errorf(client, "IOERR error or timeout %s to target instance",
                     failed);
    return true;
}

static void move_keys(struct migration *migration) {
    migration->gone = xmalloc((1 + migration->count) * sizeof(struct slice));
    migration->gone[migration->words++] = word("DEL");
    if (!attempt(migration, false))
        attempt(migration, true);
    /* One DEL of all keys that went, even if others failed. */
    if (migration->words > 1)
        propagate(migration->client->database, migration->gone,
                  migration->words);
    free(migration->gone);
}

/* MIGRATE host port <key | ""> destination-db timeout [COPY] [REPLACE]
 * [AUTH password | AUTH2 username password] [KEYS key [key ...]] */
static void cmd_migrate(struct client *client, struct request *request) {
    struct migration migration = {.client = client};
    if (!parse(&migration, request))
        return;
    find_keys(&migration);
    if (migration.count == 0)
        reply_simple(client, "NOKEY");
    else
        move_keys(&migration);
    free(migration.keys);
}

/* The command itself has propagated the deletions, because only it knows which
 * keys were sent. */
static void told(const struct effect *effect) {
    (void)effect;
}

/* RESTORE-ASKING key ttl serialized-value [option ...]
 *
 * In a cluster this is an ASKING and a RESTORE, while another server still
 * answers for the key. Here it is a RESTORE. */
static void cmd_restore_asking(struct client *client, struct request *request) {
    command_named(word("restore"))->run(client, request);
}

static void restore_effect(const struct effect *effect) {
    struct effect restore = *effect;
    restore.command = command_named(word("restore"));
    effect_tell(&restore);
}

const struct effect_row migrate_effects[] = {
    {"migrate", told},
    {"restore-asking", restore_effect},
    {0},
};

const struct command migrate_commands[] = {
    {"migrate", cmd_migrate, -6, CMD_WRITE},
    {"restore-asking", cmd_restore_asking, -4,
     CMD_WRITE | CMD_DENYOOM | CMD_ASKING},
    {0},
};
