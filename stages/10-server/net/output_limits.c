#include "output_limits.h"

#include <string.h>

#include "conn.h"
#include "number.h"
#include "settings.h"

enum { MB = 1 << 20 };

struct output_limit output_limits[OUTPUT_CLASSES] = {
    [OUTPUT_REPLICA] = {256 * MB, 64 * MB, 60},
    [OUTPUT_PUBSUB] = {32 * MB, 8 * MB, 60},
};

/* The first block of a client's replies does not count, so that no limit cuts a
 * client that reads what it asks for. */
enum { FREE = BUF_BLOCK };

struct output_bounds output_bounds[OUTPUT_CLASSES] = {
    [OUTPUT_NORMAL] = {OUTPUT_LIMIT, SIZE_MAX, SIZE_MAX},
    [OUTPUT_REPLICA] = {SIZE_MAX, 256 * MB, 64 * MB},
    [OUTPUT_PUBSUB] = {32 * MB + FREE, 32 * MB + FREE, 8 * MB + FREE},
};

/* The names, as Redis shows them. */
static const char *const names[OUTPUT_CLASSES] = {"normal", "slave", "pubsub"};

/* Reading the setting. */

enum {
    FIELDS = 4, /* of a class: its name, hard limit, soft limit, seconds */
    MOST_FIELDS = 16 * FIELDS
};

static const char *set_class(struct output_limit *limits,
                             const struct slice *fields) {
    size_t class = 0;
    while (class < OUTPUT_CLASSES && !slice_is(fields[0], names[class]))
        class ++;
    if (slice_is(fields[0], "replica"))
        class = OUTPUT_REPLICA;
    if (class == OUTPUT_CLASSES)
        return "Invalid client class specified in buffer limit configuration.";
    uint64_t hard, soft;
    int64_t seconds;
    if (!parse_memory(fields[1].ptr, fields[1].len, &hard) ||
        !parse_memory(fields[2].ptr, fields[2].len, &soft) ||
        !parse_i64(fields[3].ptr, fields[3].len, &seconds) ||
        hard > INT64_MAX || soft > INT64_MAX || seconds < 0 ||
        seconds > INT32_MAX)
        return "Error in hard, soft or soft_seconds setting in buffer limit "
               "configuration.";
    limits[class] =
        (struct output_limit){(int64_t)hard, (int64_t)soft, seconds};
    return NULL;
}

/* Splits a word at each space into at most "room" fields. Returns how many
 * there are. */
static size_t split(struct slice word, struct slice *fields, size_t room) {
    size_t count = 0;
    const char *end = word.ptr + word.len;
    for (char *at = word.ptr; word.len > 0 && count < room; count++) {
        char *space = memchr(at, ' ', (size_t)(end - at));
        const char *stop = space != NULL ? space : end;
        fields[count] = (struct slice){at, (size_t)(stop - at)};
        if (space == NULL)
            return count + 1;
        at = space + 1;
    }
    return count;
}

static const char *set_all(struct output_limit *limits,
                           const struct slice *words, size_t count) {
    /* There is room for one field too many: then their number is not a multiple
     * of FIELDS, and the setting is refused. */
    struct slice fields[MOST_FIELDS + 1];
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += split(words[i], fields + found, MOST_FIELDS + 1 - found);
    if (found % FIELDS != 0)
        return "Wrong number of arguments in buffer limit configuration.";
    const char *wrong = NULL;
    for (size_t i = 0; i < found && wrong == NULL; i += FIELDS)
        wrong = set_class(limits, fields + i);
    return wrong;
}

/* Applying the setting. */

static size_t bound(int64_t limit, size_t free) {
    return limit > 0 ? (size_t)limit + free : SIZE_MAX;
}

static size_t replica_floor = MB;

static void set_bounds(void) {
    for (int i = 0; i < OUTPUT_CLASSES; i++) {
        struct output_bounds *bounds = &output_bounds[i];
        bool replica = i == OUTPUT_REPLICA;
        bounds->hard = bound(output_limits[i].hard, replica ? 0 : FREE);
        bounds->soft = bound(output_limits[i].soft, replica ? 0 : FREE);
        /* Replicas are always read from, since their acknowledgements lower
         * what waits for them. */
        bounds->full = replica ? SIZE_MAX : OUTPUT_LIMIT;
        if (!replica && bounds->hard < OUTPUT_LIMIT)
            bounds->full = bounds->hard;
        /* To cut a replica sooner would free no memory: the backlog keeps these
         * bytes in any case. */
        if (replica && bounds->hard < replica_floor)
            bounds->hard = replica_floor;
    }
}

/* Checks all connections that have output before the loop sleeps again. */
static void look_at_all(void) {
    for (struct conn *conn = conn_first(); conn != NULL; conn = conn->next)
        if (output_len(&conn->out) > 0)
            (void)conn_out(conn);
}

/* Those that exceed a soft limit already have the new time, no other. */
static void leave_limits(const struct output_limit *new) {
    for (struct conn *conn = conn_first(); conn != NULL; conn = conn->next) {
        enum output_class class = conn->out.class;
        output_stay_full(conn);
        output_soft_time_changed(conn, new[class].seconds -
                                           output_limits[class].seconds);
    }
}

void output_limits_floor(size_t bytes) {
    replica_floor = bytes;
    set_bounds();
    look_at_all();
}

const char *output_limits_set(const struct slice *words, size_t count) {
    struct output_limit limits[OUTPUT_CLASSES];
    /* The change is made in a copy: if one class is wrong, none changes. */
    memcpy(limits, output_limits, sizeof limits);
    const char *wrong = set_all(limits, words, count);
    if (wrong != NULL)
        return wrong;
    leave_limits(limits);
    memcpy(output_limits, limits, sizeof limits);
    set_bounds();
    look_at_all();
    return NULL;
}

void output_limits_get(struct buf *out) {
    for (int i = 0; i < OUTPUT_CLASSES; i++) {
        const struct output_limit *limit = &output_limits[i];
        const int64_t numbers[] = {limit->hard, limit->soft, limit->seconds};
        if (i > 0)
            buf_append(out, " ", 1);
        buf_append(out, names[i], strlen(names[i]));
        for (int n = 0; n < 3; n++) {
            char *at = buf_reserve(out, NUMBER_I64_MAX_TEXT + 1);
            at[0] = ' ';
            buf_commit(out, 1 + format_i64(at + 1, numbers[n]));
        }
    }
}

const struct setting output_settings[] = {
    {"client-output-buffer-limit", SETTING_OWN, .set = output_limits_set,
     .get = output_limits_get,
     .help = "output at which a class of clients is cut"},
    {0},
};
