/* LATENCY. */
#include "command_names.h"
#include "command_stats.h"
#include "command_walk.h"
#include "latency.h"
#include "latency_report.h"

static void reply_buf(struct client *client, struct buf *text) {
    reply_verbatim(client, buf_len(text) > 0 ? buf_bytes(text) : "",
                   buf_len(text));
    buf_free(text);
}

/* LATENCY LATEST */
static void latency_latest(struct client *client, struct request *request) {
    (void)request;
    reply_array(client, latency_count());
    for (size_t i = 0; i < latency_count(); i++) {
        const struct latency_event *event = latency_at(i);
        const struct latency_sample *last =
            latency_sample(event, event->count - 1);
        reply_array(client, 4);
        reply_text(client, event->name);
        reply_integer(client, last->time_s);
        reply_integer(client, (int64_t)last->ms);
        reply_integer(client, (int64_t)event->max_ms);
    }
}

/* LATENCY HISTORY event */
static void latency_history(struct client *client, struct request *request) {
    const struct latency_event *event = latency_find(request->argv[2]);
    size_t count = event != NULL ? event->count : 0;
    reply_array(client, count);
    for (size_t i = 0; i < count; i++) {
        const struct latency_sample *sample = latency_sample(event, i);
        reply_array(client, 2);
        reply_integer(client, sample->time_s);
        reply_integer(client, (int64_t)sample->ms);
    }
}

/* LATENCY RESET [event [event ...]] */
static void latency_reset_some(struct client *client, struct request *request) {
    /* Without names all events are reset, and the loop does nothing. */
    size_t count = request->argc == 2 ? latency_reset_all() : 0;
    for (size_t i = 2; i < request->argc; i++)
        count += latency_reset(request->argv[i]);
    reply_integer(client, (int64_t)count);
}

/* LATENCY GRAPH event */
static void latency_graph(struct client *client, struct request *request) {
    const struct latency_event *event = latency_find(request->argv[2]);
    if (event == NULL) {
        reply_errorf(client, "ERR No samples available for event '%.*s'",
                     SLICE_WHOLE(request->argv[2]));
        return;
    }
    struct buf text = {0};
    latency_report_graph(&text, event);
    reply_buf(client, &text);
}

/* LATENCY DOCTOR */
static void latency_doctor(struct client *client, struct request *request) {
    (void)request;
    struct buf text = {0};
    latency_report(&text);
    reply_buf(client, &text);
}

/* Histograms. */

enum { FIRST_LEVEL_NS = 1024 };

/* Goes through the powers of two, and stops at each that has more durations
 * below it than the one before. For a client it writes the end of the range and
 * the count, as a pair. Returns how many these are. */
static size_t each_level(const struct histogram *times, struct client *client) {
    size_t levels = 0;
    uint64_t before = 0;
    for (uint64_t ns = FIRST_LEVEL_NS; before < times->total; ns *= 2) {
        uint64_t count = histogram_up_to(times, ns);
        if (count == before)
            continue;
        before = count;
        levels++;
        if (client == NULL)
            continue;
        reply_integer(client, (int64_t)(histogram_range_end(ns) / 1000));
        reply_integer(client, (int64_t)count);
    }
    return levels;
}

static void reply_histogram(struct client *client, const char *name,
                            const struct histogram *times) {
    reply_text(client, name);
    reply_map(client, 2);
    reply_text(client, "calls");
    reply_integer(client, (int64_t)times->total);
    reply_text(client, "histogram_usec");
    /* The head comes first, so the pairs are counted before they are
     * written. */
    reply_map(client, each_level(times, NULL));
    (void)each_level(times, client);
}

/* Writes the histogram of a command, if it has one and there is a client.
 * Returns 1 if it has one. */
static size_t tell_command(struct client *client,
                           const struct command *command) {
    const struct histogram *times = command_stats(command)->times;
    if (times == NULL)
        return 0;
    if (client != NULL)
        reply_histogram(client, command->name, times);
    return 1;
}

/* The same for all commands to which a name refers: "get", "config" with its
 * subcommands, "config|get". */
static size_t tell_named(struct client *client, struct slice name) {
    const struct command *command = command_find_full(name);
    if (command == NULL)
        return 0;
    size_t count = tell_command(client, command);
    const struct command *sub;
    struct command_walk walk = {0};
    while ((sub = command_walk_next_of(&walk, command)) != NULL)
        count += tell_command(client, sub);
    return count;
}

static size_t tell_all(struct client *client) {
    size_t count = 0;
    const struct command *command;
    for (size_t i = 0; (command = command_numbered(i)) != NULL; i++)
        count += tell_command(client, command);
    return count;
}

static size_t tell_wanted(struct client *client,
                          const struct request *request) {
    size_t count = request->argc == 2 ? tell_all(client) : 0;
    for (size_t i = 2; i < request->argc; i++)
        count += tell_named(client, request->argv[i]);
    return count;
}

/* LATENCY HISTOGRAM [command [command ...]] */
static void latency_histogram(struct client *client, struct request *request) {
    reply_map(client, tell_wanted(NULL, request));
    (void)tell_wanted(client, request);
}

enum { FLAGS = CMD_ADMIN | CMD_NOSCRIPT | CMD_LOADING | CMD_STALE };

const struct command latency_commands[] = {
    {"latency", NULL, -2, CMD_CONTAINER},
    {"latency|latest", latency_latest, 2, FLAGS},
    {"latency|history", latency_history, 3, FLAGS},
    {"latency|reset", latency_reset_some, -2, FLAGS},
    {"latency|graph", latency_graph, 3, FLAGS},
    {"latency|doctor", latency_doctor, 2, FLAGS},
    {"latency|histogram", latency_histogram, -2, FLAGS},
    {0},
};
