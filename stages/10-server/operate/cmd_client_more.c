/* CLIENT LIST, REPLY, NO-EVICT, NO-TOUCH: what operators ask of clients, and
 * what few clients ask for themselves. */
#include "client_line.h"
#include "client_table.h"
#include "command.h"
#include "number.h"

static void reply_lines(struct client *client, struct buf *lines) {
    reply_verbatim(client, buf_len(lines) > 0 ? buf_bytes(lines) : "",
                   buf_len(lines));
    buf_free(lines);
}

/* The clients with these ids. Returns false after an error reply. */
static bool append_by_id(struct client *client, struct buf *lines,
                         const struct slice *ids, size_t count) {
    for (size_t i = 0; i < count; i++) {
        int64_t id;
        if (!parse_i64(ids[i].ptr, ids[i].len, &id)) {
            reply_error(client, "ERR Invalid client ID");
            return false;
        }
        const struct client *found = client_table_find((uint64_t)id);
        if (found != NULL)
            client_line(lines, found);
    }
    return true;
}

enum { ANY_CLASS = -1, NO_CLASS = -2 };

/* A type of clients, as the class of their output. */
static bool class_argument(struct slice word, int *class) {
    static const struct {
        const char *word;
        int class;
    } types[] = {{"normal", OUTPUT_NORMAL},
                 {"replica", OUTPUT_REPLICA},
                 {"slave", OUTPUT_REPLICA},
                 {"pubsub", OUTPUT_PUBSUB},
                 {"master", NO_CLASS}};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (slice_is(word, types[i].word)) {
            *class = types[i].class;
            return true;
        }
    }
    return false;
}

/* CLIENT LIST [TYPE <NORMAL | MASTER | REPLICA | PUBSUB>] [ID id [id ...]] */
static void client_list(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    struct buf lines = {0};
    bool all = request->argc == 2;
    int class = ANY_CLASS;
    if (request->argc == 4 && slice_is(argv[2], "type")) {
        if (!class_argument(argv[3], &class)) {
            reply_errorf(client, "ERR Unknown client type '%.*s'",
                         SLICE_WHOLE(argv[3]));
            return;
        }
        all = true;
    } else if (request->argc > 3 && slice_is(argv[2], "id")) {
        if (!append_by_id(client, &lines, argv + 3, request->argc - 3)) {
            buf_free(&lines);
            return;
        }
    } else if (!all) {
        reply_syntax_error(client);
        return;
    }
    for (struct conn *at = conn_first(); all && at != NULL; at = at->next)
        if (class == ANY_CLASS || class == (int)at->out.class)
            client_line(&lines, at->app);
    reply_lines(client, &lines);
}

/* CLIENT REPLY <ON | OFF | SKIP> */
static void client_reply(struct client *client, struct request *request) {
    struct slice how = request->argv[2];
    if (slice_is(how, "on")) {
        client_reply_on(client);
        reply_ok(client);
    } else if (slice_is(how, "off")) {
        client_reply_off(client);
    } else if (slice_is(how, "skip")) {
        client_reply_skip(client);
    } else {
        reply_syntax_error(client);
    }
}

/* Sets a switch to the word ON or OFF. */
static void set_switch(struct client *client, struct slice word, bool *on) {
    if (!slice_is(word, "on") && !slice_is(word, "off")) {
        reply_syntax_error(client);
        return;
    }
    *on = slice_is(word, "on");
    reply_ok(client);
}

/* CLIENT NO-EVICT <ON | OFF> */
static void client_no_evict(struct client *client, struct request *request) {
    set_switch(client, request->argv[2], &client->state.no_evict);
}

/* CLIENT NO-TOUCH <ON | OFF> */
static void client_no_touch(struct client *client, struct request *request) {
    set_switch(client, request->argv[2], &client->no_touch);
}

enum {
    PLAIN = CMD_NOSCRIPT | CMD_LOADING | CMD_STALE,
    OWNER = CMD_ADMIN | PLAIN
};

const struct command client_more_commands[] = {
    {"client|list", client_list, -2, OWNER},
    {"client|reply", client_reply, 3, PLAIN},
    {"client|no-evict", client_no_evict, 3, OWNER},
    {"client|no-touch", client_no_touch, 3, PLAIN},
    {0},
};
