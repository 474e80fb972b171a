/* Commands on the single bits of a value. */
#include <stdlib.h>

#include "arguments.h"
#include "bits.h"
#include "bulk_limit.h"
#include "command.h"
#include "number.h"
#include "ttl.h"
#include "xalloc.h"

static bool argument_place(struct client *client, struct slice argument,
                           uint64_t *place) {
    int64_t number;
    if (!parse_i64(argument.ptr, argument.len, &number) || number < 0 ||
        number / 8 >= bulk_limit()) {
        reply_error(client, "ERR bit offset is not an integer or out of range");
        return false;
    }
    *place = (uint64_t)number;
    return true;
}

/* SETBIT key offset value */
static void cmd_setbit(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    uint64_t place;
    if (!argument_place(client, argv[2], &place))
        return;
    if (argv[3].len != 1 || (argv[3].ptr[0] != '0' && argv[3].ptr[0] != '1')) {
        reply_error(client, "ERR bit is not an integer or out of range");
        return;
    }
    struct key key = keyspace_key(client, argv[1]);
    const struct entry *entry;
    if (!lookup_string(client, &key, &entry))
        return;
    bool bit = argv[3].ptr[0] == '1';
    size_t old_len = entry != NULL ? entry_value_len(entry) : 0;
    size_t len = place / 8 < old_len ? old_len : place / 8 + 1;
    /* As in Redis, the value is made raw and as long as the bit needs, even to
     * clear a bit that is not there. */
    char *bytes = keyspace_edit(&key, len);
    bool was = bits_get(bytes, place);
    bits_set(bytes, place, bit);
    if (was != bit || len != old_len)
        keyspace_changed(&key, "$setbit", 1);
    reply_integer(client, was);
}

/* Finds the value of a key as bytes; a missing key has none, and *found is
 * false. Returns false after the error reply. */
static bool value_of(struct client *client, struct slice name,
                     struct slice *value, char *scratch, bool *found) {
    struct key key = keyspace_key(client, name);
    const struct entry *entry;
    if (!lookup_string(client, &key, &entry))
        return false;
    *found = entry != NULL;
    *value = *found ? entry_value(entry, scratch) : (struct slice){0};
    return true;
}

/* GETBIT key offset */
static void cmd_getbit(struct client *client, struct request *request) {
    char scratch[NUMBER_I64_MAX_TEXT];
    struct slice value;
    uint64_t place;
    bool found;
    if (argument_place(client, request->argv[2], &place) &&
        value_of(client, request->argv[1], &value, scratch, &found))
        reply_integer(client,
                      place / 8 < value.len && bits_get(value.ptr, place));
}

/* A range as a request gives it: [start [end [BYTE | BIT]]]. */
struct span {
    int64_t start, end; /* both inclusive; negative ones count from the end */
    bool has_start, has_end, in_bits;
    uint64_t from, to; /* the range in bits of a value: see span_of() */
};

/* Reads BYTE or BIT if argv[at] exists. Returns false after the error reply. */
static bool argument_unit(struct client *client, const struct request *request,
                          size_t at, struct span *span) {
    if (at >= request->argc)
        return true;
    span->in_bits = slice_is(request->argv[at], "bit");
    if (span->in_bits || slice_is(request->argv[at], "byte"))
        return true;
    reply_syntax_error(client);
    return false;
}

/* Reads a range from argv[at] on. Commands differ in which error comes first,
 * so the unit is read before the end or after it. Returns false after the error
 * reply. */
static bool argument_span(struct client *client, const struct request *request,
                          size_t at, bool unit_first, struct span *span) {
    const struct slice *argv = request->argv;
    size_t count = request->argc - at;
    *span = (struct span){.end = -1};
    span->has_start = count > 0;
    span->has_end = count > 1;
    if (count > 3) {
        reply_syntax_error(client);
        return false;
    }
    if (span->has_start && !argument_i64(client, argv[at], &span->start))
        return false;
    if (unit_first && !argument_unit(client, request, at + 2, span))
        return false;
    if (span->has_end && !argument_i64(client, argv[at + 1], &span->end))
        return false;
    return unit_first || argument_unit(client, request, at + 2, span);
}

/* Turns a place that may count from the end of len into one that counts from
 * the start, and is not before it. */
static int64_t from_start(int64_t place, int64_t len) {
    if (place < 0)
        place += len;
    return place < 0 ? 0 : place;
}

/* Finds the bits of a value that the span covers. Returns false if there are
 * none. */
static bool span_of(struct slice value, struct span *span) {
    int64_t unit = span->in_bits ? 1 : 8;
    int64_t len = (int64_t)value.len * 8 / unit;
    int64_t first = from_start(span->start, len);
    int64_t last = from_start(span->end, len);
    if (last >= len)
        last = len - 1;
    if (first > last)
        return false;
    span->from = (uint64_t)(first * unit);
    span->to = (uint64_t)((last + 1) * unit);
    return true;
}

/* BITCOUNT key [start end [BYTE | BIT]] */
static void cmd_bitcount(struct client *client, struct request *request) {
    char scratch[NUMBER_I64_MAX_TEXT];
    struct slice value;
    struct span span;
    bool found;
    if (request->argc == 3) {
        reply_syntax_error(client);
        return;
    }
    if (!argument_span(client, request, 2, false, &span) ||
        !value_of(client, request->argv[1], &value, scratch, &found))
        return;
    /* Such a range is empty, even where both ends would be moved to the start.
     */
    bool crossed = span.start < 0 && span.end < 0 && span.start > span.end;
    uint64_t count = 0;
    if (!crossed && span_of(value, &span))
        count = bits_count(value.ptr, span.from, span.to);
    reply_integer(client, (int64_t)count);
}

/* The place of the first such bit. If no end was given, the value counts as
 * followed by zeros. */
static int64_t find_bit(struct slice value, struct span *span, bool bit) {
    if (!span_of(value, span))
        return -1;
    uint64_t place = bits_find(value.ptr, span->from, span->to, bit);
    if (place == span->to && (bit || span->has_end))
        return -1;
    return (int64_t)place;
}

/* BITPOS key bit [start [end [BYTE | BIT]]] */
static void cmd_bitpos(struct client *client, struct request *request) {
    char scratch[NUMBER_I64_MAX_TEXT];
    struct slice value;
    struct span span;
    int64_t bit;
    bool found;
    if (!argument_i64(client, request->argv[2], &bit))
        return;
    if (bit != 0 && bit != 1) {
        reply_error(client, "ERR The bit argument must be 1 or 0.");
        return;
    }
    if (!argument_span(client, request, 3, true, &span) ||
        !value_of(client, request->argv[1], &value, scratch, &found))
        return;
    if (!found) /* a missing value counts as zeros without end */
        reply_integer(client, bit == 1 ? -1 : 0);
    else
        reply_integer(client, find_bit(value, &span, bit == 1));
}

static bool argument_operation(struct client *client,
                               const struct request *request,
                               enum bits_operation *operation) {
    static const char *const names[] = {"and", "or", "xor", "not"};
    size_t i = 0;
    while (i < 4 && !slice_is(request->argv[1], names[i]))
        i++;
    *operation = (enum bits_operation)i;
    if (i == 4) {
        reply_syntax_error(client);
        return false;
    }
    if (*operation != BITS_NOT || request->argc == 4)
        return true;
    reply_error(client,
                "ERR BITOP NOT must be called with a single source key.");
    return false;
}

/* A BITOP that has been checked: the operation, its sources, and the length of
 * the longest of them. */
struct combination {
    struct client *client;
    enum bits_operation operation;
    const struct slice *keys;
    size_t count, len;
};

/* The value of a source, which longest_of() has read and checked. */
static struct slice source_of(const struct combination *of, size_t i,
                              char scratch[NUMBER_I64_MAX_TEXT]) {
    struct key key = keyspace_key(of->client, of->keys[i]);
    const struct entry *entry = keyspace_peek(&key);
    return entry != NULL ? entry_value(entry, scratch) : (struct slice){0};
}

/* Combines the values of all keys into out, which begins as a copy of the
 * first. */
static void combine(const struct combination *of, char *out) {
    char scratch[NUMBER_I64_MAX_TEXT];
    for (size_t i = 0; i < of->count; i++) {
        struct slice value = source_of(of, i, scratch);
        if (i > 0 || of->operation == BITS_NOT) {
            bits_combine(out, of->len, of->operation, value);
            continue;
        }
        if (value.len > 0)
            memcpy(out, value.ptr, value.len);
        memset(out + value.len, 0, of->len - value.len);
    }
}

/* The same if out is the value of one of the keys, with zeros up to the length:
 * the operations are commutative, so it can be the first. */
static void combine_others(const struct combination *of, struct slice own,
                           char *out) {
    char scratch[NUMBER_I64_MAX_TEXT];
    if (of->operation == BITS_NOT)
        bits_combine(out, of->len, BITS_NOT, (struct slice){out, of->len});
    for (size_t i = 0; i < of->count; i++)
        if (!slice_equal(of->keys[i], own))
            bits_combine(out, of->len, of->operation,
                         source_of(of, i, scratch));
}

static size_t times_among(struct slice name, const struct combination *of) {
    size_t times = 0;
    for (size_t i = 0; i < of->count; i++)
        times += slice_equal(of->keys[i], name);
    return times;
}

/* Returns true if the block of a value can be reused for len bytes: it neither
 * has to grow much, nor would waste much. */
static bool is_reusable(const struct entry *entry, size_t len) {
    return entry != NULL && entry_type(entry) == TYPE_STRING &&
           entry_value_len(entry) >= len / 2 &&
           entry_value_len(entry) <= len * 2;
}

/* Makes the combined value the value of the destination, whatever that held. If
 * it is a string of about that length, its memory is reused: that spares the
 * system allocating and freeing megabytes. */
static void keep_combined(const struct combination *of, struct slice name) {
    struct key key = keyspace_key(of->client, name);
    size_t times = times_among(name, of);
    char *beside = NULL;
    bool reused = times <= 1 && is_reusable(keyspace_peek(&key), of->len);
    /* The destination is a source, too, so the result is ready before it loses
     * its value. */
    if (times > 0 && !reused)
        combine(of, beside = xmalloc(of->len));
    /* Either way the expiry goes: it is a new value. */
    if (!reused)
        keyspace_set(&key, (struct slice){"", 0}); /* in place of anything */
    else if (keyspace_use(of->client, &key) != NULL)
        ttl_set(&key, NO_EXPIRY);
    char *out = keyspace_edit(&key, of->len);
    if (beside != NULL)
        memcpy(out, beside, of->len);
    else if (times == 0)
        combine(of, out);
    else
        combine_others(of, name, out);
    free(beside);
    keyspace_changed(&key, "$set", 1);
}

/* Finds the length of the longest value. Returns false after the error reply.
 */
static bool longest_of(struct combination *of) {
    char scratch[NUMBER_I64_MAX_TEXT];
    for (size_t i = 0; i < of->count; i++) {
        struct slice value;
        bool found;
        if (!value_of(of->client, of->keys[i], &value, scratch, &found))
            return false;
        of->len = value.len > of->len ? value.len : of->len;
    }
    return true;
}

/* BITOP AND | OR | XOR | NOT destination key [key ...] */
static void cmd_bitop(struct client *client, struct request *request) {
    struct combination of = {client, BITS_AND, request->argv + 3,
                             request->argc - 3, 0};
    if (!argument_operation(client, request, &of.operation) || !longest_of(&of))
        return;
    struct key key = keyspace_key(client, request->argv[2]);
    if (of.len > 0)
        keep_combined(&of, request->argv[2]);
    else if (db_drop(&key))
        keyspace_changed(&key, "gdel", 1);
    reply_integer(client, (int64_t)of.len);
}

const struct command bitmap_commands[] = {
    {"setbit", cmd_setbit, 4, CMD_WRITE | CMD_DENYOOM},
    {"getbit", cmd_getbit, 3, CMD_READONLY | CMD_FAST},
    {"bitcount", cmd_bitcount, -2, CMD_READONLY},
    {"bitpos", cmd_bitpos, -3, CMD_READONLY},
    {"bitop", cmd_bitop, -4, CMD_WRITE | CMD_DENYOOM},
    {0},
};
