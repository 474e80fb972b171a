#include "save_points.h"

#include <string.h>

#include "number.h"

enum { POINTS = 32 };

struct point {
    int64_t seconds, changes;
};

static struct point points[POINTS] = {{3600, 1}, {300, 100}, {60, 10000}};
static size_t count = 3;

/* Takes the next number out of a word, which may hold several, separated by
 * spaces. */
static bool next_number(struct slice *word, int64_t *out) {
    size_t len = 0;
    while (len < word->len && word->ptr[len] != ' ')
        len++;
    bool good = parse_i64(word->ptr, len, out);
    while (len < word->len && word->ptr[len] == ' ')
        len++;
    word->ptr += len;
    word->len -= len;
    return good;
}

const char *save_points_set(const struct slice *words, size_t word_count,
                            bool add) {
    int64_t numbers[2 * POINTS];
    size_t found = 0, first = add ? count : 0;
    for (size_t i = 0; i < word_count; i++) {
        struct slice word = words[i];
        while (word.len > 0) {
            /* No more than there is room for behind those that stay. */
            if (found == 2 * (POINTS - first) ||
                !next_number(&word, &numbers[found]))
                return "Invalid save parameters";
            found++;
        }
    }
    for (size_t i = 0; i < found; i += 2)
        if (found % 2 != 0 || numbers[i] < 1 || numbers[i + 1] < 0)
            return "Invalid save parameters";
    /* All are good, so from here on they count. */
    count = first + found / 2;
    memcpy(points + first, numbers, found * sizeof numbers[0]);
    return NULL;
}

void save_points_get(struct buf *out) {
    for (size_t i = 0; i < count; i++) {
        char *at = buf_reserve(out, 2 * NUMBER_I64_MAX_TEXT + 2);
        size_t len = 0;
        if (i > 0)
            at[len++] = ' ';
        len += format_i64(at + len, points[i].seconds);
        at[len++] = ' ';
        len += format_i64(at + len, points[i].changes);
        buf_commit(out, len);
    }
}

bool save_points_any(void) {
    return count > 0;
}

int64_t save_points_due(uint64_t changes, uint64_t *more) {
    int64_t due = -1;
    *more = UINT64_MAX;
    for (size_t i = 0; i < count; i++)
        if ((uint64_t)points[i].changes <= changes &&
            (due < 0 || points[i].seconds < due))
            due = points[i].seconds;
    /* A point that needs more changes matters only if it waits for less time.
     */
    for (size_t i = 0; i < count; i++)
        if ((uint64_t)points[i].changes > changes &&
            (due < 0 || points[i].seconds < due) &&
            (uint64_t)points[i].changes < *more)
            *more = (uint64_t)points[i].changes;
    return due;
}
