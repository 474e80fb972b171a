#include "latency_report.h"

#include <inttypes.h>
#include <stdio.h>

#include "buf_text.h"
#include "clock.h"

/* The graph. */

enum { GRAPH_ROWS = 4, GRAPH_STEPS = 3 }; /* a row has three heights */

struct range {
    uint64_t low, high;
};

static struct range range_of(const struct latency_event *event) {
    struct range range = {UINT64_MAX, 0};
    for (size_t i = 0; i < event->count; i++) {
        uint64_t ms = latency_sample(event, i)->ms;
        if (ms < range.low)
            range.low = ms;
        if (ms > range.high)
            range.high = ms;
    }
    return range;
}

/* Returns the character of a column in a row; row 0 is at the top. */
static char column(uint64_t ms, struct range range, int row) {
    const int steps = GRAPH_ROWS * GRAPH_STEPS;
    /* Samples that are all equal are drawn at the bottom. */
    uint64_t span = range.high > range.low ? range.high - range.low : 1;
    int step = (int)((double)(ms - range.low) * steps / (double)span);
    if (step >= steps)
        step = steps - 1;
    /* The height above the lower edge of this row. */
    int height = step - (GRAPH_ROWS - 1 - row) * GRAPH_STEPS;
    if (height < 0)
        return ' ';
    return height < GRAPH_STEPS ? "_o#"[height] : '|';
}

/* "12s", "5m", "3h" or "2d" */
static size_t age_text(char out[static 24], int64_t age_s) {
    static const struct {
        int64_t seconds;
        char unit;
    } units[] = {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};
    size_t i = 0;
    while (i < 3 && age_s < units[i].seconds)
        i++;
    return (size_t)snprintf(out, 24, "%" PRId64 "%c", age_s / units[i].seconds,
                            units[i].unit);
}

static void append_heights(struct buf *out, const struct latency_event *event,
                           struct range range) {
    for (int row = 0; row < GRAPH_ROWS; row++) {
        for (size_t i = 0; i < event->count; i++) {
            char c = column(latency_sample(event, i)->ms, range, row);
            buf_append(out, &c, 1);
        }
        buf_append(out, "\n", 1);
    }
}

/* The ages are written vertically, below an empty row. */
static void append_ages(struct buf *out, const struct latency_event *event) {
    int64_t now_s = clock_wall_us() / 1000000;
    buf_text_format(out, "%*s\n", (int)event->count, "");
    bool more = true;
    for (size_t row = 0; more; row++) {
        more = false;
        for (size_t i = 0; i < event->count; i++) {
            char text[24];
            size_t len =
                age_text(text, now_s - latency_sample(event, i)->time_s);
            more = more || row + 1 < len;
            buf_append(out, row < len ? &text[row] : " ", 1);
        }
        buf_append(out, "\n", 1);
    }
}

void latency_report_graph(struct buf *out, const struct latency_event *event) {
    struct range range = range_of(event);
    buf_text_format(out,
                    "%s - high %" PRIu64 " ms, low %" PRIu64
                    " ms (all time high %" PRIu64 " ms)\n",
                    event->name, range.high, range.low, event->max_ms);
    buf_text_format(out, "%.80s\n",
                    "----------------------------------------"
                    "----------------------------------------");
    append_heights(out, event, range);
    append_ages(out, event);
}

/* The report. */

static void append_event(struct buf *out, size_t number,
                         const struct latency_event *event) {
    uint64_t sum = 0;
    for (size_t i = 0; i < event->count; i++)
        sum += latency_sample(event, i)->ms;
    buf_text_format(out,
                    "%zu. %s: %zu samples, %" PRIu64 " ms on average, %" PRIu64
                    " ms at worst.\n",
                    number, event->name, event->count,
                    event->count > 0 ? sum / event->count : 0, event->max_ms);
}

static const char *advice_on(const char *name) {
    static const struct {
        const char *name, *advice;
    } rows[] = {
        {"command", "Look for commands that walk over much data: SLOWLOG GET "
                    "shows them with their arguments."},
        {"fast-command",
         "Commands that do little were slow, so the process did not run: look "
         "for other load on this machine, or for memory on swap."},
        {"fork", "To fork, the system copies the tables of the server's "
                 "memory: save less often, or switch huge pages off."},
        {"aof-write", "The disk is slow: with appendfsync everysec clients "
                      "wait for it less."},
        {"expire-cycle", "Many keys expired together: give them times that "
                         "differ."},
        {"eviction-cycle", "The memory is full: raise maxmemory, or write "
                           "less."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].name, name) == 0)
            return rows[i].advice;
    return NULL;
}

void latency_report(struct buf *out) {
    if (latency_threshold_ms == 0) {
        buf_text_format(
            out, "Nothing is watched: CONFIG SET latency-monitor-threshold "
                 "to a number of milliseconds first.\n");
        return;
    }
    if (latency_count() == 0) {
        buf_text_format(out,
                        "Nothing has taken as long as the threshold so far.\n");
        return;
    }
    for (size_t i = 0; i < latency_count(); i++)
        append_event(out, i + 1, latency_at(i));
    buf_text_format(out, "\n");
    for (size_t i = 0; i < latency_count(); i++) {
        const char *advice = advice_on(latency_at(i)->name);
        if (advice != NULL)
            buf_text_format(out, "- %s: %s\n", latency_at(i)->name, advice);
    }
}
