/* CLIENT REPLY, NO-EVICT and NO-TOUCH: switches that few clients use. */
#include "arguments.h"
#include "command.h"

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
    {"client|reply", client_reply, 3, PLAIN},
    {"client|no-evict", client_no_evict, 3, OWNER},
    {"client|no-touch", client_no_touch, 3, PLAIN},
    {0},
};
