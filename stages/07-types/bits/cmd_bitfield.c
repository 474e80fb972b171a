/* BITFIELD: integers of any width in a value, many operations at once. All of
 * them are parsed before the first is executed. */
#include <stdlib.h>

#include "arguments.h"
#include "bitfield.h"
#include "bulk_limit.h"
#include "command.h"
#include "xalloc.h"

enum step_kind { STEP_GET, STEP_SET, STEP_INCRBY };

struct step {
    enum step_kind kind;
    enum bitfield_overflow overflow;
    struct bitfield_type type;
    uint64_t place;
    int64_t value; /* to set or to add */
};

struct steps {
    struct step *rows;
    size_t count;
    bool writes;
    uint64_t end; /* behind the last bit that is written */
};

/* OVERFLOW WRAP | SAT | FAIL */
static bool argument_overflow(struct client *client, struct slice word,
                              enum bitfield_overflow *overflow) {
    static const char *const names[] = {"wrap", "sat", "fail"};
    for (size_t i = 0; i < 3; i++)
        if (slice_is(word, names[i])) {
            *overflow = (enum bitfield_overflow)i;
            return true;
        }
    reply_error(client, "ERR Invalid OVERFLOW type specified");
    return false;
}

/* The number of arguments that follow the name of an operation; 0 if there is
 * no such operation. */
static size_t step_kind(struct slice word, enum step_kind *kind) {
    if (slice_is(word, "get"))
        *kind = STEP_GET;
    else if (slice_is(word, "set"))
        *kind = STEP_SET;
    else if (slice_is(word, "incrby"))
        *kind = STEP_INCRBY;
    else
        return 0;
    return *kind == STEP_GET ? 2 : 3;
}

/* Parses the type, place and value of an operation. Returns false after the
 * error reply. */
static bool parse_step(struct client *client, const struct slice *argv,
                       struct step *step) {
    if (!bitfield_parse_type(argv[0], &step->type)) {
        reply_error(client, "ERR Invalid bitfield type. Use something like i16 "
                            "u8. Note that u64 is not supported but i64 is.");
        return false;
    }
    uint64_t places = 8 * (uint64_t)bulk_limit();
    if (!bitfield_parse_place(argv[1], step->type, places, &step->place)) {
        reply_error(client, "ERR bit offset is not an integer or out of range");
        return false;
    }
    return step->kind == STEP_GET ||
           argument_i64(client, argv[2], &step->value);
}

static void add_step(struct steps *steps, const struct step *step) {
    uint64_t end = step->place + step->type.bits;
    steps->rows[steps->count++] = *step;
    if (step->kind == STEP_GET)
        return;
    steps->writes = true;
    if (steps->end < end)
        steps->end = end;
}

/* Parses all operations; the caller has made room for them. Returns false after
 * the error reply. */
static bool parse(struct client *client, const struct request *request,
                  struct steps *steps) {
    const struct slice *argv = request->argv;
    struct step step = {.overflow = BITFIELD_WRAP};
    for (size_t i = 2; i < request->argc; i++) {
        size_t left = request->argc - i - 1;
        if (left >= 1 && slice_is(argv[i], "overflow")) {
            /* It holds for all operations that follow, up to the next one. */
            if (!argument_overflow(client, argv[++i], &step.overflow))
                return false;
            continue;
        }
        size_t takes = step_kind(argv[i], &step.kind);
        if (takes == 0 || left < takes) {
            reply_syntax_error(client);
            return false;
        }
        if (!parse_step(client, argv + i + 1, &step))
            return false;
        add_step(steps, &step);
        i += takes;
    }
    return true;
}

static void read_all(struct client *client, struct slice value,
                     const struct steps *steps) {
    for (size_t i = 0; i < steps->count; i++) {
        const struct step *step = &steps->rows[i];
        reply_integer(client, bitfield_get(value, step->place, step->type));
    }
}

/* Executes one operation and replies. Returns how many changes it counts as:
 * once the value was made longer, each write is one, whatever the field held.
 */
static uint64_t take_step(struct client *client, struct slice value,
                          const struct step *step, bool grown) {
    int64_t old = bitfield_get(value, step->place, step->type), now;
    if (step->kind == STEP_GET) {
        reply_integer(client, old);
        return 0;
    }
    bool adds = step->kind == STEP_INCRBY;
    if (!bitfield_add(step->type, step->overflow, adds ? old : step->value,
                      adds ? step->value : 0, &now)) {
        reply_null(client);
        return 0;
    }
    bitfield_set(value.ptr, step->place, step->type, now);
    reply_integer(client, adds ? now : old);
    return grown || old != now;
}

/* Executes all operations, some of which write, on a value that exists or is
 * created. The value first gets its length, even if all operations then fail.
 */
static void take_all(struct client *client, const struct key *key,
                     size_t old_len, const struct steps *steps) {
    size_t len = (size_t)((steps->end + 7) / 8);
    if (len < old_len)
        len = old_len;
    struct slice value = {keyspace_edit(key, len), len};
    bool grown = len != old_len;
    uint64_t changes = 0;
    for (size_t i = 0; i < steps->count; i++)
        changes += take_step(client, value, &steps->rows[i], grown);
    if (changes > 0)
        keyspace_changed(key, "$setbit", changes);
    else if (grown)
        /* The value grew, and all operations failed. Redis tells nobody, and
         * its replicas and its log go on with the shorter value. */
        keyspace_changed(key, NULL, 1);
}

static void run(struct client *client, const struct request *request,
                const struct steps *steps) {
    struct key key = keyspace_key(client, request->argv[1]);
    /* As in Redis, a missing key is no miss for those who write. */
    const struct entry *entry = steps->writes ? keyspace_use(client, &key)
                                              : keyspace_read(client, &key);
    if (!check_type(client, entry, TYPE_STRING))
        return;
    /* All is checked: each operation gives one element. */
    reply_array(client, steps->count);
    if (steps->writes) {
        take_all(client, &key, entry != NULL ? entry_value_len(entry) : 0,
                 steps);
        return;
    }
    char scratch[NUMBER_I64_MAX_TEXT];
    struct slice value = {0};
    if (entry != NULL)
        value = entry_value(entry, scratch);
    read_all(client, value, steps);
}

static void bitfield(struct client *client, const struct request *request,
                     bool may_write) {
    struct steps steps = {0};
    /* Each operation takes three arguments or more. */
    steps.rows = xmalloc((request->argc / 2 + 1) * sizeof *steps.rows);
    if (parse(client, request, &steps)) {
        if (steps.writes && !may_write)
            reply_error(client,
                        "ERR BITFIELD_RO only supports the GET subcommand");
        else
            run(client, request, &steps);
    }
    free(steps.rows);
}

/* BITFIELD key [GET type offset | [OVERFLOW WRAP | SAT | FAIL]
 * SET type offset value | INCRBY type offset increment ...] */
static void cmd_bitfield(struct client *client, struct request *request) {
    bitfield(client, request, true);
}

/* BITFIELD_RO key [GET type offset ...] */
static void cmd_bitfield_ro(struct client *client, struct request *request) {
    bitfield(client, request, false);
}

const struct command bitfield_commands[] = {
    {"bitfield", cmd_bitfield, -2, CMD_WRITE | CMD_DENYOOM},
    {"bitfield_ro", cmd_bitfield_ro, -2, CMD_READONLY | CMD_FAST},
    {0},
};
