#include "save_points.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "buf_text.h"
#include "settings.h"
#include "xalloc.h"

struct point {
    int64_t seconds, changes;
};

static struct point defaults[] = {{3600, 1}, {300, 100}, {60, 10000}};
static struct point *points = defaults;
static size_t count = sizeof defaults / sizeof *defaults;

/* Reads a number as Redis does here: with zeros or a sign in front, and no
 * number is 0. One that is too large is the largest that there is. */
static bool read_number(struct slice text, int64_t least, int64_t *out) {
    char *copy = xstrndup(text.ptr, text.len), *end;
    *out = strtoll(copy, &end, 10);
    bool good = *end == '\0' && *out >= least;
    free(copy);
    return good;
}

/* Adds the points in a list of words. Returns false if they are none. */
static bool add_points(struct point **list, size_t *used,
                       const struct slice *words, size_t word_count) {
    struct setting_words all = {words, word_count};
    struct slice seconds, changes;
    struct point point;
    while (setting_words_next(&all, &seconds)) {
        if (!setting_words_next(&all, &changes) ||
            !read_number(seconds, 1, &point.seconds) ||
            !read_number(changes, 0, &point.changes))
            return false;
        *list = xrealloc(*list, (*used + 1) * sizeof **list);
        (*list)[(*used)++] = point;
    }
    return true;
}

const char *save_points_set(const struct slice *words, size_t word_count,
                            bool add) {
    struct point *list = NULL;
    size_t used = 0;
    if (add && count > 0) {
        used = count;
        list = xmalloc(count * sizeof *list);
        memcpy(list, points, count * sizeof *list);
    }
    bool none = word_count == 1 && words[0].len == 0;
    if (!none && !add_points(&list, &used, words, word_count)) {
        free(list);
        return "Invalid save parameters";
    }
    /* All are good, so from here on they count. */
    if (points != defaults)
        free(points);
    points = list;
    count = used;
    return NULL;
}

void save_points_get(struct buf *out) {
    for (size_t i = 0; i < count; i++)
        buf_text_format(out, "%s%" PRId64 " %" PRId64, i > 0 ? " " : "",
                        points[i].seconds, points[i].changes);
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
