/* FUNCTION and MODULE, for a server that has no language for functions and
 * loads no modules. Tools that list or flush everything, such as backups, data
 * browsers and Redis's own tests, get the answer of a server that has none. */
#include "command.h"

/* FUNCTION FLUSH [ASYNC | SYNC] */
static void function_flush(struct client *client, struct request *request) {
    const struct slice *argv = request->argv;
    if (request->argc > 3)
        reply_bad_subcommand(client, argv[1], "FUNCTION");
    else if (request->argc == 3 && !slice_is(argv[2], "async") &&
             !slice_is(argv[2], "sync"))
        reply_error(client, "ERR FUNCTION FLUSH only supports SYNC|ASYNC "
                            "option");
    else
        reply_ok(client);
}

/* FUNCTION LIST [LIBRARYNAME pattern] [WITHCODE] */
static void function_list(struct client *client, struct request *request) {
    bool with_code = false, by_name = false;
    for (size_t i = 2; i < request->argc; i++) {
        struct slice argument = request->argv[i];
        if (!with_code && slice_is(argument, "withcode")) {
            with_code = true;
        } else if (by_name || !slice_is(argument, "libraryname")) {
            reply_errorf(client, "ERR Unknown argument %.*s", (int)argument.len,
                         argument.ptr);
            return;
        } else if (++i == request->argc) {
            reply_error(client, "ERR library name argument was not given");
            return;
        } else {
            by_name = true;
        }
    }
    reply_array(client, 0);
}

/* MODULE LIST */
static void module_list(struct client *client, struct request *request) {
    (void)request;
    reply_array(client, 0);
}

const struct command extension_commands[] = {
    {"function", NULL, -2, CMD_CONTAINER},
    {"function|flush", function_flush, -2, CMD_NOSCRIPT | CMD_WRITE},
    {"function|list", function_list, -2, CMD_NOSCRIPT},
    {"module", NULL, -2, CMD_CONTAINER},
    {"module|list", module_list, 2, CMD_ADMIN | CMD_NOSCRIPT},
    {0},
};
