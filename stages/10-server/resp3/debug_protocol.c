/* DEBUG PROTOCOL: a reply of each type, for testing clients. */
#include "client.h"
#include "debug.h"
#include "reply.h"
#include "resp3.h"

static void text(struct client *client) {
    reply_text(client, "Hello World");
}

static void integer(struct client *client) {
    reply_integer(client, 12345);
}

static void decimal(struct client *client) {
    reply_double(client, "3.141", 5);
}

static void big_number(struct client *client) {
    reply_big_number(client, "1234567999999999999999999999999999999");
}

static void three_integers(struct client *client) {
    for (int i = 0; i < 3; i++)
        reply_integer(client, i);
}

static void array(struct client *client) {
    reply_array(client, 3);
    three_integers(client);
}

static void set(struct client *client) {
    reply_set(client, 3);
    three_integers(client);
}

static void map(struct client *client) {
    reply_map(client, 3);
    for (int i = 0; i < 3; i++) {
        reply_integer(client, i);
        reply_boolean(client, i == 1);
    }
}

static void attribute(struct client *client) {
    /* Version 2 has no attributes, so the reply comes alone. */
    if (client->state.resp3) {
        reply_attribute(client, 1);
        reply_text(client, "key-popularity");
        reply_array(client, 2);
        reply_text(client, "key:123");
        reply_integer(client, 90);
    }
    reply_text(client, "Some real reply following the attribute");
}

/* The reply comes first, since a push that a command causes comes after it. */
static void push(struct client *client) {
    if (!client->state.resp3) {
        reply_error(client, "ERR RESP2 is not supported by this command");
        return;
    }
    reply_text(client, "Some real reply following the push reply");
    reply_push(client, 2);
    reply_text(client, "server-cpu-usage");
    reply_integer(client, 42);
}

static void verbatim(struct client *client) {
    static const char lines[] = "This is a verbatim\nstring";
    reply_verbatim(client, lines, sizeof lines - 1);
}

static void yes(struct client *client) {
    reply_boolean(client, true);
}

static void no(struct client *client) {
    reply_boolean(client, false);
}

static const struct {
    const char *name;
    void (*give)(struct client *client);
} samples[] = {
    {"string", text},       {"integer", integer},  {"double", decimal},
    {"null", reply_null},   {"array", array},      {"set", set},
    {"map", map},           {"attrib", attribute}, {"push", push},
    {"verbatim", verbatim}, {"true", yes},         {"false", no},
    {"bignum", big_number},
};

/* DEBUG PROTOCOL type */
static void debug_protocol(struct client *client, struct request *request) {
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        if (slice_is(request->argv[2], samples[i].name)) {
            samples[i].give(client);
            return;
        }
    }
    reply_error(client, "ERR Wrong protocol type name. Please use one of the "
                        "following: string|integer|double|bignum|null|array|"
                        "set|map|attrib|push|verbatim|true|false");
}

const struct debug_subcommand protocol_debugs[] = {
    {"protocol", debug_protocol, 3, 3, "PROTOCOL <type>",
     "Replies with a value of that type, as a wrong type lists them."},
    {0},
};
