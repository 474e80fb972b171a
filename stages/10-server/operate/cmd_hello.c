/* AUTH and HELLO: a client says which user it is and which version of the
 * protocol it speaks. */
#include "acl_log.h"
#include "arguments.h"
#include "auth.h"
#include "command.h"
#include "number.h"
#include "replica.h"
#include "stranger.h"
#include "version.h"

/* Returns false, after an error reply, if the name or the password is wrong. */
static bool log_in(struct client *client, const struct request *request,
                   struct slice user, struct slice password) {
    if (auth_try(client, user, password))
        return true;
    /* The object is the command by which it was tried. The password is never
     * kept. */
    acl_log_add(client, ACL_NO_AUTH, request->argv[0], user);
    reply_error(client, "WRONGPASS invalid username-password pair or user is "
                        "disabled.");
    return false;
}

/* AUTH [username] password */
static void cmd_auth(struct client *client, struct request *request) {
    static char name[] = "default";
    struct slice user = {name, sizeof name - 1};
    if (request->argc > 3) {
        reply_syntax_error(client);
        return;
    }
    if (request->argc == 3) {
        user = request->argv[1];
    } else if (auth_default->nopass) {
        reply_error(client,
                    "ERR AUTH <password> called without any password "
                    "configured for the default user. Are you sure your "
                    "configuration is correct?");
        return;
    }
    if (log_in(client, request, user, request->argv[request->argc - 1]))
        reply_ok(client);
}

static void reply_hello(struct client *client) {
    reply_map(client, 9);
    reply_text(client, "server");
    reply_text(client, "redis");
    reply_text(client, "version");
    reply_text(client, REDIS_VERSION);
    reply_text(client, "proto");
    reply_integer(client, client->state.resp3 ? 3 : 2);
    reply_text(client, "id");
    reply_integer(client, (int64_t)client->id);
    reply_text(client, "mode");
    reply_text(client, "standalone");
    reply_text(client, "role");
    reply_text(client, replica_is() ? "replica" : "master");
    reply_text(client, "modules");
    reply_array(client, 0);
    reply_text(client, "implementation");
    reply_text(client, SERVER_NAME);
    reply_text(client, "implementation_version");
    reply_text(client, SERVER_VERSION);
}

/* HELLO [protover [AUTH username password] [SETNAME clientname]] */
static void cmd_hello(struct client *client, struct request *request) {
    struct slice *argv = request->argv;
    size_t argc = request->argc;
    const struct slice *user = NULL, *name = NULL;
    int64_t version = client->state.resp3 ? 3 : 2;
    if (argc > 1 && !parse_i64(argv[1].ptr, argv[1].len, &version)) {
        reply_error(client, "ERR Protocol version is not an integer or out of "
                            "range");
        return;
    }
    if (version < 2 || version > 3) {
        reply_error(client, "NOPROTO unsupported protocol version");
        return;
    }
    for (size_t i = 2; i < argc; i++) {
        /* An option that lacks its arguments falls through to the syntax
         * error. */
        if (slice_is(argv[i], "auth") && argc - i > 2) {
            user = &argv[i + 1];
            i += 2;
        } else if (slice_is(argv[i], "setname") && argc - i > 1) {
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
    /* Nothing is tried before all options are valid: a wrong one leaves the
     * user as it was. */
    if (user != NULL && !log_in(client, request, user[0], user[1]))
        return;
    if (stranger(client)) {
        reply_error(client,
                    "NOAUTH HELLO must be called with the client already "
                    "authenticated, otherwise the HELLO <proto> AUTH <user> "
                    "<pass> option can be used to authenticate the client and "
                    "select the RESP protocol version at the same time");
        return;
    }
    /* From here on it cannot fail, so a HELLO changes everything or nothing. */
    if (name != NULL)
        client_set_text(&client->state.name, *name);
    client->state.resp3 = version == 3;
    reply_hello(client);
}

const struct command hello_commands[] = {
    {"auth", cmd_auth, -2, CMD_HANDSHAKE},
    {"hello", cmd_hello, -1, CMD_HANDSHAKE},
    {0},
};
