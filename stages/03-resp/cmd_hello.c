/* HELLO: the version of the protocol, and who is at the other end. */
#include "command.h"
#include "number.h"
#include "version.h"

static void reply_hello(struct client *client) {
    reply_map(client, 9);
    reply_text(client, "server");
    reply_text(client, "redis");
    reply_text(client, "version");
    reply_text(client, REDIS_VERSION);
    reply_text(client, "proto");
    reply_integer(client, 2);
    reply_text(client, "id");
    reply_integer(client, (int64_t)client->id);
    reply_text(client, "mode");
    reply_text(client, "standalone");
    reply_text(client, "role");
    reply_text(client, "master");
    reply_text(client, "modules");
    reply_array(client, 0);
    reply_text(client, "implementation");
    reply_text(client, SERVER_NAME);
    reply_text(client, "implementation_version");
    reply_text(client, SERVER_VERSION);
}

/* HELLO [protover [SETNAME clientname]] */
static void cmd_hello(struct client *client, struct request *request) {
    struct slice *argv = request->argv;
    size_t argc = request->argc;
    const struct slice *name = NULL;
    int64_t version = 2;
    if (argc > 1 && !parse_i64(argv[1].ptr, argv[1].len, &version)) {
        reply_error(client, "ERR Protocol version is not an integer or out of "
                            "range");
        return;
    }
    if (version != 2) {
        reply_error(client, "NOPROTO unsupported protocol version");
        return;
    }
    for (size_t i = 2; i < argc; i++) {
        /* A SETNAME that no name follows is a syntax error, too. */
        if (slice_is(argv[i], "setname") && argc - i > 1) {
            name = &argv[++i];
            if (!client_valid_text(*name)) {
                reply_error(client, CLIENT_BAD_NAME);
                return;
            }
        } else {
            reply_errorf(client, "ERR Syntax error in HELLO option '%.*s'",
                         SLICE_WHOLE(argv[i]));
            return;
        }
    }
    /* All arguments are good, and only now anything changes. */
    if (name != NULL)
        client_set_text(&client->state.name, *name);
    reply_hello(client);
}

const struct command hello_commands[] = {
    {"hello", cmd_hello, -1, CMD_HANDSHAKE},
    {0},
};
