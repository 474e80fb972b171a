/* CLIENT: what clients tell about themselves. */
#include "client_line.h"
#include "command.h"

/* CLIENT ID */
static void client_id(struct client *client, struct request *request) {
    (void)request;
    reply_integer(client, (int64_t)client->id);
}

/* CLIENT GETNAME */
static void client_getname(struct client *client, struct request *request) {
    (void)request;
    if (client->state.name != NULL)
        reply_text(client, client->state.name);
    else
        reply_null(client);
}

/* CLIENT SETNAME connection-name */
static void client_setname(struct client *client, struct request *request) {
    if (!client_valid_text(request->argv[2])) {
        reply_error(client, CLIENT_BAD_NAME);
        return;
    }
    client_set_text(&client->state.name, request->argv[2]);
    reply_ok(client);
}

/* CLIENT SETINFO <LIB-NAME libname | LIB-VER libver> */
static void client_setinfo(struct client *client, struct request *request) {
    struct slice option = request->argv[2], value = request->argv[3];
    char **field = NULL;
    if (slice_is(option, "lib-name"))
        field = &client->state.lib_name;
    else if (slice_is(option, "lib-ver"))
        field = &client->state.lib_version;
    if (field == NULL) {
        reply_errorf(client, "ERR Unrecognized option '%.*s'",
                     SLICE_WHOLE(option));
    } else if (!client_valid_text(value)) {
        reply_errorf(client,
                     "ERR %.*s cannot contain spaces, newlines or special "
                     "characters.",
                     SLICE_WHOLE(option));
    } else {
        client_set_text(field, value);
        reply_ok(client);
    }
}

/* CLIENT INFO */
static void client_info(struct client *client, struct request *request) {
    struct buf line = {0};
    client_line(&line, client, request);
    reply_verbatim(client, buf_bytes(&line), buf_len(&line));
    buf_free(&line);
}

enum { FLAGS = CMD_NOSCRIPT | CMD_LOADING | CMD_STALE };

const struct command client_commands[] = {
    {"client", NULL, -2, CMD_CONTAINER},
    {"client|id", client_id, 2, FLAGS},
    {"client|getname", client_getname, 2, FLAGS},
    {"client|setname", client_setname, 3, FLAGS},
    {"client|setinfo", client_setinfo, 4, FLAGS},
    {"client|info", client_info, 2, FLAGS},
    {0},
};
