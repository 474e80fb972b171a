#include "propagate.h"

#include <assert.h>

#include "buf.h"
#include "loading.h"
#include "number.h"

static size_t depth;      /* units that have begun */
static struct buf unit;   /* MULTI, and the effects of the outermost */
static size_t effects;    /* of them */
static int selected = -1; /* the listeners' database; -1: unknown */

static const char multi[] = "*1\r\n$5\r\nMULTI\r\n";
static const char exec[] = "*1\r\n$4\r\nEXEC\r\n";

bool propagate_wanted(void) {
    return stage_keeps_copies() && !loading();
}

void propagate_select_again(void) {
    selected = -1;
}

void propagate_begin(void) {
    depth++;
}

/* MULTI stands in front of each unit, and is left out of one that turned out to
 * be a single effect. */
void propagate_end(void) {
    assert(depth > 0);
    if (--depth > 0 || effects == 0)
        return;
    size_t skipped = effects == 1 ? sizeof multi - 1 : 0;
    if (effects > 1)
        buf_append(&unit, exec, sizeof exec - 1);
    stage_propagated(
        (struct slice){buf_bytes(&unit) + skipped, buf_len(&unit) - skipped});
    buf_free(&unit);
    effects = 0;
}

/* A number in a line of its own: "*3\r\n". */
static void append_head(char kind, size_t number) {
    char *at = buf_reserve(&unit, NUMBER_I64_MAX_TEXT + 3);
    size_t len = 0;
    at[len++] = kind;
    len += format_i64(at + len, (int64_t)number);
    at[len++] = '\r';
    at[len++] = '\n';
    buf_commit(&unit, len);
}

static void append_request(const struct slice *argv, size_t argc) {
    append_head('*', argc);
    for (size_t i = 0; i < argc; i++) {
        append_head('$', argv[i].len);
        buf_append(&unit, argv[i].ptr, argv[i].len);
        buf_append(&unit, "\r\n", 2);
    }
}

static void select_database(int database) {
    char digits[NUMBER_I64_MAX_TEXT];
    struct slice number = {digits, format_i64(digits, database)};
    append_request((struct slice[]){{(char *)"SELECT", 6}, number}, 2);
    selected = database;
}

void propagate(int database, const struct slice *argv, size_t argc) {
    propagate_begin();
    if (effects++ == 0)
        buf_append(&unit, multi, sizeof multi - 1);
    if (database != selected)
        select_database(database);
    append_request(argv, argc);
    propagate_end();
}
