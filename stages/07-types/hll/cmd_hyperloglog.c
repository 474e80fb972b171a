/* Commands on strings that are HyperLogLogs. */
#include <stdio.h>
#include <stdlib.h>

#include "arguments.h"
#include "command.h"
#include "hll_sparse.h"
#include "hyperloglog.h"
#include "xalloc.h"

/* The HyperLogLog at a key. */
struct place {
    struct key key;
    struct slice value; /* empty if the key does not exist */
    bool found;
    char scratch[NUMBER_I64_MAX_TEXT];
};

/* Finds the HyperLogLog that a key holds, if any. Returns false, after the
 * error reply, if the key holds something else. */
static bool look_into(struct client *client, const struct key *key,
                      const struct entry *entry, struct place *place) {
    *place = (struct place){.key = *key, .found = entry != NULL};
    if (!check_type(client, entry, TYPE_STRING))
        return false;
    if (!place->found)
        return true;
    place->value = entry_value(entry, place->scratch);
    if (hll_is(place->value))
        return true;
    reply_error(client,
                "WRONGTYPE Key is not a valid HyperLogLog string value.");
    return false;
}

static bool find(struct client *client, struct slice name,
                 struct place *place) {
    struct key key = keyspace_key(client, name);
    return look_into(client, &key, keyspace_read(client, &key), place);
}

static void reply_corrupt(struct client *client) {
    reply_error(client, "INVALIDOBJ Corrupted HLL object detected");
}

/* Makes the value one that can be changed in place. As in Redis, that is seen
 * in its encoding even if nothing is changed then. */
static char *make_raw(struct place *place) {
    place->value.ptr = keyspace_edit(&place->key, place->value.len);
    return place->value.ptr;
}

/* Begins a change: a dense one is changed in place; a sparse one, since it may
 * grow, in memory of its own, which end_change() frees. */
static struct hll begin_change(struct place *place) {
    struct hll hll = {.len = place->value.len};
    char *raw = place->found ? make_raw(place) : NULL;
    if (place->found && hll_is_dense(place->value)) {
        hll.bytes = raw;
        return hll;
    }
    hll.bytes = xmalloc(hll_room(hll.len));
    if (place->found)
        memcpy(hll.bytes, place->value.ptr, hll.len);
    else
        hll_init(&hll);
    return hll;
}

/* Ends a change: the changed bytes become the value of the key. */
static void end_change(struct place *place, struct hll *hll, uint64_t changes) {
    bool in_place = place->found && hll_is_dense(place->value);
    if (changes > 0) {
        hll_forget_count(hll->bytes);
        if (!in_place)
            memcpy(keyspace_edit(&place->key, hll->len), hll->bytes, hll->len);
        keyspace_changed(&place->key, "$pfadd", changes);
    }
    if (!in_place)
        free(hll->bytes);
}

/* PFADD key [element ...] */
static void cmd_pfadd(struct client *client, struct request *request) {
    struct place place;
    if (!find(client, request->argv[1], &place))
        return;
    struct hll hll = begin_change(&place);
    uint64_t changes = !place.found;
    bool good = true;
    for (size_t i = 2; good && i < request->argc; i++) {
        enum hll_result result = hll_add(&hll, request->argv[i]);
        good = result != HLL_CORRUPT;
        changes += result == HLL_CHANGED;
    }
    /* Only a sparse one can be corrupt, and that is changed in a copy. So after
     * an error the value is what it was. */
    end_change(&place, &hll, good ? changes : 0);
    if (good)
        reply_integer(client, changes > 0);
    else
        reply_corrupt(client);
}

/* Counts one HyperLogLog, and caches the count in it. */
static void count_one(struct client *client, struct slice name) {
    struct place place;
    uint64_t count = 0;
    if (!find(client, name, &place))
        return;
    char *raw = place.found ? make_raw(&place) : NULL;
    if (place.found && !hll_kept_count(place.value, &count)) {
        if (!hll_count(place.value, &count)) {
            reply_corrupt(client);
            return;
        }
        hll_keep_count(raw, count);
        /* The count is part of the value, so it is to be saved as well. */
        keyspace_changed(&place.key, NULL, 1);
    }
    reply_integer(client, (int64_t)count);
}

/* Merges the HyperLogLogs of several keys. Returns false after the error reply.
 */
static bool merge(struct client *client, const struct slice *keys, size_t count,
                  uint8_t *registers, bool *dense) {
    memset(registers, 0, HLL_REGISTERS);
    *dense = false;
    for (size_t i = 0; i < count; i++) {
        struct place place;
        if (!find(client, keys[i], &place))
            return false;
        if (!place.found)
            continue;
        *dense |= hll_is_dense(place.value);
        if (!hll_merge(registers, place.value)) {
            reply_corrupt(client);
            return false;
        }
    }
    return true;
}

/* PFCOUNT key [key ...] */
static void cmd_pfcount(struct client *client, struct request *request) {
    uint8_t registers[HLL_REGISTERS];
    bool dense;
    if (request->argc == 2)
        count_one(client, request->argv[1]);
    else if (merge(client, request->argv + 1, request->argc - 1, registers,
                   &dense))
        reply_integer(client, (int64_t)hll_count_registers(registers));
}

/* Gives the destination the registers that it was merged into: they are nowhere
 * below its own. Nothing here can fail, since what was merged is not corrupt.
 */
static void raise_all(struct hll *hll, const uint8_t *registers, bool dense) {
    if (dense) {
        (void)hll_make_dense(hll);
        hll_set_all(hll->bytes, registers);
        return;
    }
    for (size_t i = 0; i < HLL_REGISTERS; i++)
        if (registers[i] > 0)
            (void)hll_raise(hll, i, registers[i]);
}

/* PFMERGE destination [source ...] */
static void cmd_pfmerge(struct client *client, struct request *request) {
    uint8_t registers[HLL_REGISTERS];
    struct place place;
    bool dense;
    struct key key = keyspace_key(client, request->argv[1]);
    if (!merge(client, request->argv + 1, request->argc - 1, registers,
               &dense) ||
        /* The destination has been merged as the first of the keys; now it is
         * found again, as what is to be changed. */
        !look_into(client, &key, keyspace_use(client, &key), &place))
        return;
    struct hll hll = begin_change(&place);
    raise_all(&hll, registers, dense);
    end_change(&place, &hll, 1);
    reply_ok(client);
}

/* Makes the HyperLogLog at a key dense. Returns false after the error reply. */
static bool make_dense(struct client *client, struct place *place) {
    if (hll_is_dense(place->value))
        return true;
    struct hll hll = begin_change(place);
    bool good = hll_make_dense(&hll);
    if (good) {
        memcpy(keyspace_edit(&place->key, hll.len), hll.bytes, hll.len);
        keyspace_changed(&place->key, NULL, 1);
    } else {
        reply_corrupt(client);
    }
    free(hll.bytes);
    return good;
}

/* PFDEBUG GETREG key: all registers; makes it dense. */
static void debug_getreg(struct client *client, struct place *place) {
    uint8_t registers[HLL_REGISTERS] = {0};
    struct slice name = place->key.text;
    if (!make_dense(client, place) || !find(client, name, place))
        return;
    (void)hll_merge(registers,
                    place->value); /* a dense one cannot be corrupt */
    reply_array(client, HLL_REGISTERS);
    for (size_t i = 0; i < HLL_REGISTERS; i++)
        reply_integer(client, registers[i]);
}

/* Appends a run as text: z for up to 64 zeros, Z for any number, v for values.
 */
static size_t describe(char *out, size_t room, const struct hll_run *run) {
    int len;
    if (run->value > 0)
        len = snprintf(out, room, "v:%u,%zu ", run->value, run->count);
    else
        len = snprintf(out, room, "%c:%zu ", run->size == 1 ? 'z' : 'Z',
                       run->count);
    return (size_t)len;
}

/* PFDEBUG DECODE key: the runs of a sparse one. */
static void debug_decode(struct client *client, struct place *place) {
    enum { RUN_TEXT = 16 }; /* "Z:16384 " is the longest */
    const char *at = place->value.ptr + HLL_HEADER;
    const char *end = place->value.ptr + place->value.len;
    struct hll_run run;
    if (hll_is_dense(place->value)) {
        reply_error(client, "ERR HLL encoding is not sparse");
        return;
    }
    char *text = xmalloc((size_t)(end - at) * RUN_TEXT + 1);
    size_t len = 0;
    for (; at < end; at += run.size) {
        (void)hll_sparse_run(
            at, end, &run); /* a run that is cut short is shown as well */
        len += describe(text + len, RUN_TEXT, &run);
    }
    reply_bulk(client, text, len > 0 ? len - 1 : 0);
    free(text);
}

/* PFDEBUG ENCODING key */
static void debug_encoding(struct client *client, struct place *place) {
    reply_simple(client, hll_is_dense(place->value) ? "dense" : "sparse");
}

/* PFDEBUG TODENSE key */
static void debug_todense(struct client *client, struct place *place) {
    bool was = hll_is_dense(place->value);
    if (make_dense(client, place))
        reply_integer(client, !was);
}

/* PFDEBUG GETREG | DECODE | ENCODING | TODENSE key */
static void cmd_pfdebug(struct client *client, struct request *request) {
    static const struct {
        const char *name;
        void (*run)(struct client *client, struct place *place);
    } parts[] = {{"getreg", debug_getreg},
                 {"decode", debug_decode},
                 {"encoding", debug_encoding},
                 {"todense", debug_todense}};
    struct place place;
    if (!find(client, request->argv[2], &place))
        return;
    if (!place.found) {
        reply_error(client, "ERR The specified key does not exist");
        return;
    }
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (slice_is(request->argv[1], parts[i].name)) {
            parts[i].run(client, &place);
            return;
        }
    reply_errorf(client, "ERR Unknown PFDEBUG subcommand '%.*s'",
                 SLICE_WHOLE(request->argv[1]));
}

/* Adds the numbers up to a million and checks the estimate on the way: an error
 * of more than five standard errors would be a bug. One that begins sparse and
 * one that is dense from the start must never differ. */
static const char *self_test(struct hll *sparse, struct hll *dense) {
    uint64_t count = 0, other = 0;
    hll_init(sparse);
    hll_init(dense);
    (void)hll_make_dense(dense);
    for (uint64_t n = 1; n <= 1000000; n++) {
        struct slice element = {(char *)&n, sizeof n};
        (void)hll_add(sparse, element); /* neither can be corrupt */
        (void)hll_add(dense, element);
        if (n % 10000 != 0 && n != 10 && n != 100 && n != 1000)
            continue;
        if (!hll_count((struct slice){sparse->bytes, sparse->len}, &count) ||
            !hll_count((struct slice){dense->bytes, dense->len}, &other) ||
            count != other)
            return "ERR the sparse and the dense form differ";
        double error = (double)count - (double)n;
        if (error * error > 0.0405 * 0.0405 * (double)n * (double)n + 1)
            return "ERR an estimate is too far off";
    }
    return NULL;
}

/* PFSELFTEST */
static void cmd_pfselftest(struct client *client, struct request *request) {
    (void)request;
    struct hll sparse = {.bytes = xmalloc(hll_room(0))};
    struct hll dense = {.bytes = xmalloc(hll_room(0))};
    const char *error = self_test(&sparse, &dense);
    free(sparse.bytes);
    free(dense.bytes);
    if (error == NULL)
        reply_ok(client);
    else
        reply_error(client, error);
}

const struct command hyperloglog_commands[] = {
    {"pfadd", cmd_pfadd, -2, CMD_WRITE | CMD_DENYOOM | CMD_FAST},
    {"pfcount", cmd_pfcount, -2, CMD_READONLY | CMD_MAY_REPLICATE},
    {"pfmerge", cmd_pfmerge, -2, CMD_WRITE | CMD_DENYOOM},
    {"pfdebug", cmd_pfdebug, 3, CMD_WRITE | CMD_DENYOOM | CMD_ADMIN},
    {"pfselftest", cmd_pfselftest, 1, CMD_ADMIN},
    {0},
};
