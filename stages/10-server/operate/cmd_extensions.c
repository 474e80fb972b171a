/* FUNCTION and MODULE, for a server that has no language for functions and
 * loads no modules. Tools that list or flush everything, such as backups, data
 * browsers and Redis's own tests, get the answer of a server that has none. Who
 * loads a module gets the errors that Redis has for one that cannot be loaded,
 * so that a program falls back on what it does without it. */
#include "command.h"
#include "local.h"
#include "log.h"
#include "settings.h"

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

static int64_t module_commands; /* who may use MODULE LOAD */

static const char *const allowed_words[] = {"no", "yes", "local", NULL};

const struct setting extension_settings[] = {
    {"enable-module-command", SETTING_CHOICE, SETTING_FIXED, &module_commands,
     .words = allowed_words},
    {0},
};

/* Returns false after an error reply. */
static bool may_load(struct client *client) {
    bool may = local_allows(module_commands, client);
    if (!may)
        reply_error(client,
                    "ERR MODULE command not allowed. If the "
                    "enable-module-command option is set to \"local\", you can "
                    "run it from a local connection, otherwise you need to set "
                    "this option in the configuration file, and then restart "
                    "the server.");
    return may;
}

/* MODULE LOAD path [argument ...]
 * MODULE LOADEX path [CONFIG name value ...] [ARGS argument ...] */
static void module_load(struct client *client, struct request *request) {
    struct slice path = request->argv[2];
    if (!may_load(client))
        return;
    log_warn("the module %.*s is not loaded: this server has no modules",
             SLICE_SHOWN(path));
    reply_error(client, "ERR Error loading the extension. Please check the "
                        "server logs.");
}

/* MODULE UNLOAD name */
static void module_unload(struct client *client, struct request *request) {
    (void)request;
    if (may_load(client))
        reply_error(client, "ERR Error unloading module: no such module with "
                            "that name");
}

/* MODULE LIST */
static void module_list(struct client *client, struct request *request) {
    (void)request;
    reply_array(client, 0);
}

enum { LOADS = CMD_ADMIN | CMD_NO_ASYNC_LOADING | CMD_NOSCRIPT };

const struct command extension_commands[] = {
    {"function", NULL, -2, CMD_CONTAINER},
    {"function|flush", function_flush, -2, CMD_NOSCRIPT | CMD_WRITE},
    {"function|list", function_list, -2, CMD_NOSCRIPT},
    {"module", NULL, -2, CMD_CONTAINER},
    {"module|list", module_list, 2, CMD_ADMIN | CMD_NOSCRIPT},
    {"module|load", module_load, -3, LOADS},
    {"module|loadex", module_load, -3, LOADS},
    {"module|unload", module_unload, 3, LOADS},
    {0},
};
