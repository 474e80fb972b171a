#include "command_stats.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "command_names.h"
#include "info.h"
#include "number.h"
#include "settings.h"
#include "xalloc.h"

static struct command_stats stats[COMMANDS_MAX];
static uint64_t total_calls, total_errors;

/* The errors by their first word, in alphabetical order. The program itself
 * chooses nearly all of these words, so there are few. Only DEBUG ERROR could
 * make more, and then those that come late are not counted by word. */
enum { ERRORS_MAX = 128, ERROR_WORD_MAX = 32 };
static struct error_count {
    char word[ERROR_WORD_MAX];
    uint64_t count;
} errors[ERRORS_MAX];
static size_t error_count;

/* Settings. */

enum { PERCENTILES_MAX = 32 };
static bool keeps_times = true;
static double percentiles[PERCENTILES_MAX] = {50, 99, 99.9};
static size_t percentile_count = 3;

static const char *percentiles_set(const struct slice *words, size_t count) {
    struct setting_words all = {words, count, 0, 0};
    struct slice word;
    double set[PERCENTILES_MAX];
    size_t used = 0;
    /* An empty value means no percentiles, not one without digits. */
    bool none = count == 1 && words[0].len == 0;
    while (!none && setting_words_next(&all, &word)) {
        long double value;
        if (used == PERCENTILES_MAX ||
            !parse_decimal(word.ptr, word.len, &value))
            return "Invalid latency-tracking-info-percentiles parameters";
        /* In this form it also refuses a value that is not a number. */
        if (!(value >= 0 && value <= 100))
            return "latency-tracking-info-percentiles parameters should sit "
                   "between [0.0,100.0]";
        set[used++] = (double)value;
    }
    /* All words were right: only now the setting changes. */
    memcpy(percentiles, set, used * sizeof set[0]);
    percentile_count = used;
    return NULL;
}

enum { PERCENTILE_TEXT = 16 };

/* Writes a percentile as Redis shows it: with six digits after the point at
 * most, and no zeros at the end. Returns the number of bytes. */
static size_t show_percentile(char text[static PERCENTILE_TEXT], double value) {
    size_t len = (size_t)snprintf(text, PERCENTILE_TEXT, "%f", value);
    while (text[len - 1] == '0')
        len--;
    return text[len - 1] == '.' ? len - 1 : len;
}

static void percentiles_get(struct buf *out) {
    char text[PERCENTILE_TEXT];
    for (size_t i = 0; i < percentile_count; i++) {
        if (i > 0)
            buf_append(out, " ", 1);
        buf_append(out, text, show_percentile(text, percentiles[i]));
    }
}

const struct setting latency_stats_settings[] = {
    {"latency-tracking", SETTING_YES_NO(keeps_times)},
    {"latency-tracking-info-percentiles", SETTING_OWN, .set = percentiles_set,
     .get = percentiles_get},
    {0},
};

/* Counting. */

const struct command_stats *command_stats(const struct command *command) {
    return &stats[command_number(command)];
}

uint64_t command_stats_calls(void) {
    return total_calls;
}

uint64_t command_stats_time_us(void) {
    uint64_t ns = 0;
    for (size_t i = 0; i < COMMANDS_MAX; i++)
        ns += stats[i].ns;
    return ns / 1000;
}

/* The histogram of a command is made when it is called first, since most
 * commands are never called. It is kept apart so that counting stays small. */
static void __attribute__((noinline)) begin_times(struct command_stats *row) {
    row->times = xcalloc(1, sizeof *row->times);
}

void command_stats_called(const struct command *command, uint64_t ns) {
    struct command_stats *row = &stats[command_number(command)];
    row->calls++;
    row->ns += ns;
    total_calls++;
    if (!keeps_times)
        return;
    if (row->times == NULL)
        begin_times(row);
    histogram_add(row->times, ns);
}

/* Returns the count of an error, and inserts it in alphabetical order if
 * necessary. */
static struct error_count *find_error(const char *word) {
    size_t at = 0;
    while (at < error_count && strcmp(errors[at].word, word) < 0)
        at++;
    if (at < error_count && strcmp(errors[at].word, word) == 0)
        return &errors[at];
    if (error_count == ERRORS_MAX)
        return NULL;
    memmove(&errors[at + 1], &errors[at],
            (error_count++ - at) * sizeof errors[0]);
    errors[at] = (struct error_count){0};
    memcpy(errors[at].word, word, strlen(word));
    return &errors[at];
}

/* "-WRONGTYPE Operation against ..." */
static void count_error(struct slice reply) {
    char word[ERROR_WORD_MAX] = "";
    /* The word begins behind the minus, and is cut so that its NUL has room. */
    for (size_t i = 1; i < reply.len && i < sizeof word; i++) {
        char c = reply.ptr[i];
        if (c == ' ' || c == '\r')
            break;
        word[i - 1] = c;
    }
    struct error_count *error = find_error(word);
    if (error != NULL)
        error->count++;
    total_errors++;
}

void command_stats_failed(const struct command *command, struct slice reply) {
    stats[command_number(command)].failed++;
    count_error(reply);
}

void command_stats_rejected(const struct command *command, struct slice reply) {
    if (command != NULL)
        stats[command_number(command)].rejected++;
    count_error(reply);
}

static void drop_times(void) {
    for (size_t i = 0; i < COMMANDS_MAX; i++) {
        if (stats[i].times == NULL)
            continue;
        histogram_free(stats[i].times);
        free(stats[i].times);
        stats[i].times = NULL;
    }
}

void command_stats_reset(void) {
    drop_times();
    memset(stats, 0, sizeof stats);
    error_count = 0;
    total_calls = total_errors = 0;
}

/* INFO. */

static double us_per_call(const struct command_stats *row) {
    double us = (double)row->ns / 1000;
    return row->calls == 0 ? 0 : us / (double)row->calls;
}

void command_stats_info(struct buf *out) {
    const struct command *command;
    for (size_t i = 0; (command = command_numbered(i)) != NULL; i++) {
        const struct command_stats *row = &stats[i];
        /* As in Redis, a command that nobody has tried has no line. */
        if (row->calls == 0 && row->rejected == 0)
            continue;
        info_line(out,
                  "cmdstat_%s:calls=%" PRIu64 ",usec=%" PRIu64
                  ",usec_per_call=%.2f,rejected_calls=%" PRIu64
                  ",failed_calls=%" PRIu64,
                  command->name, row->calls, row->ns / 1000, us_per_call(row),
                  row->rejected, row->failed);
    }
}

void error_stats_info(struct buf *out) {
    for (size_t i = 0; i < error_count; i++)
        info_line(out, "errorstat_%s:count=%" PRIu64, errors[i].word,
                  errors[i].count);
}

/* The percentiles as they are shown, such as ",p99.9=". */
struct labels {
    char text[PERCENTILES_MAX][PERCENTILE_TEXT + 4];
};

/* To write a number takes longer than to find the quantile, so it is done once
 * for all commands. */
static void make_labels(struct labels *labels) {
    for (size_t i = 0; i < percentile_count; i++) {
        char digits[PERCENTILE_TEXT];
        int len = (int)show_percentile(digits, percentiles[i]);
        snprintf(labels->text[i], sizeof labels->text[i],
                 "%sp%.*s=", i == 0 ? "" : ",", len, digits);
    }
}

/* latency_percentiles_usec_get:p50=1.003,p99=2.007,p99.9=2.007 */
static void append_quantiles(struct buf *out, const char *name,
                             const struct histogram *times,
                             const struct labels *labels) {
    struct buf line = {0};
    for (size_t i = 0; i < percentile_count; i++) {
        char text[64];
        uint64_t ns = histogram_quantile(times, percentiles[i] / 100);
        int len = snprintf(text, sizeof text, "%s%" PRIu64 ".%03u",
                           labels->text[i], ns / 1000, (unsigned)(ns % 1000));
        buf_append(&line, text, (size_t)len);
    }
    info_line(out, "latency_percentiles_usec_%s:%.*s", name,
              (int)buf_len(&line), buf_len(&line) ? buf_bytes(&line) : "");
    buf_free(&line);
}

void latency_stats_info(struct buf *out) {
    const struct command *command;
    struct labels labels;
    make_labels(&labels);
    for (size_t i = 0; (command = command_numbered(i)) != NULL; i++)
        if (keeps_times && stats[i].times != NULL)
            append_quantiles(out, command->name, stats[i].times, &labels);
}

void command_totals_info(struct buf *out) {
    info_line(out, "total_commands_processed:%" PRIu64, total_calls);
    info_line(out, "total_error_replies:%" PRIu64, total_errors);
}
