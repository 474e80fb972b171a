/* Settings of the server and its clients. */
#include <stdio.h>

#include "bulk_limit.h"
#include "client_memory.h"
#include "config.h"
#include "idle.h"
#include "input_limit.h"
#include "keyspace.h"
#include "listener.h"
#include "number.h"
#include "settings.h"
#include "welcome.h"

static const char *timeout_changed(void) {
    idle_set_timeout(config.timeout);
    return NULL;
}

static const char *port_changed(void) {
    return listener_reopen(config.bind, (int)config.port)
               ? NULL
               : "Unable to listen on this port. Check server logs.";
}

static const char *bind_changed(void) {
    if (listener_too_many(config.bind))
        return "Too many bind addresses specified.";
    return listener_reopen(config.bind, (int)config.port)
               ? NULL
               : "Failed to bind to specified addresses.";
}

static const char *bulk_changed(void) {
    bulk_limit_apply();
    return NULL;
}

/* unixsocketperm: three octal digits. As in Redis, no digits are a 0. */

static const char *permissions_set(const struct slice *words, size_t count) {
    unsigned mode = 0;
    bool in_range = true;
    if (count != 1)
        return "wrong number of arguments";
    struct slice word = words[0];
    /* A negative number is read to its end, since it is out of range only if
     * all digits are octal; -0 is 0. */
    bool negative = word.len > 0 && *word.ptr == '-';
    for (size_t i = negative; i < word.len; i++) {
        char digit = word.ptr[i];
        if (digit < '0' || digit > '7')
            return "argument couldn't be parsed as an octal number";
        mode = mode * 8 + (unsigned)(digit - '0');
        /* The number may wrap around later, but the range is judged at each
         * digit. */
        in_range = in_range && mode <= 0777;
    }
    if (!in_range || (negative && mode != 0))
        return "argument must be between 0 and 777 inclusive";
    listener_permissions = mode;
    return NULL;
}

static void permissions_get(struct buf *out) {
    char digits[16];
    buf_append(
        out, digits,
        (size_t)snprintf(digits, sizeof digits, "%o", listener_permissions));
}

static const char *const allowed_words[] = {"no", "yes", "local", NULL};

/* clang-format off */
const struct setting server_settings[] = {
    {"port", SETTING_INT64(config.port, 0, 65535), .changed = port_changed,
     .help = "the TCP port; 0: none"},
    {"bind", SETTING_WORDS, 0, &config.bind, .text = "* -::*",
     .changed = bind_changed,
     .help = "addresses to listen at, with - those that may be missing"},
    {"unixsocket", SETTING_TEXT, SETTING_FIXED, &listener_path,
     .help = "a Unix socket to listen at, too"},
    {"unixsocketperm", SETTING_OWN, SETTING_FIXED, .set = permissions_set,
     .get = permissions_get, .help = "the permissions of that file, as for chmod"},
    {"socket-mark-id", SETTING_NUMBER, SETTING_FIXED, &listener_mark, .min = 0,
     .max = UINT32_MAX},
    {"tcp-backlog", SETTING_NUMBER, SETTING_FIXED, &listener_backlog,
     .min = 0, .max = INT32_MAX,
     .help = "connections that may wait until they are accepted"},
    {"timeout", SETTING_INT64(config.timeout, 0, INT32_MAX),
     .changed = timeout_changed,
     .help = "close clients that are silent for this many seconds; 0: never"},
    {"tcp-keepalive", SETTING_INT64(welcome_config.tcp_keepalive, 0, INT32_MAX),
     .help = "seconds of silence until a peer is asked whether it is there"},
    {"protected-mode", SETTING_YES_NO(welcome_config.protected_mode),
     .help = "without a password, let in only clients of this machine"},
    {"maxclients", SETTING_INT64(welcome_config.maxclients, 1, UINT32_MAX),
     .changed = welcome_maxclients_changed,
     .help = "the most clients at a time"},
    {"maxmemory-clients", SETTING_OWN, .set = client_memory_set,
     .get = client_memory_get, .help = "memory that all clients may take"},
    {"client-query-buffer-limit", SETTING_MEMORY, 0, &input_limit,
     .min = 1 << 20, .max = INT64_MAX, .help = "bytes of unfinished requests"},
    {"proto-max-bulk-len", SETTING_MEMORY, 0, &bulk_limit_setting,
     .min = 1 << 20, .max = INT64_MAX, .changed = bulk_changed,
     .help = "bytes of an argument"},
    {"databases", SETTING_NUMBER, SETTING_FIXED, &config.databases, .min = 1,
     .max = KEYSPACE_MOST},
    {"enable-debug-command", SETTING_CHOICE, SETTING_FIXED,
     &config.debug_commands, .words = allowed_words,
     .help = "who may use DEBUG: no, yes or local"},
    {"enable-protected-configs", SETTING_CHOICE, SETTING_FIXED,
     &config.protected_configs, .words = allowed_words,
     .help = "who may set dir and dbfilename: no, yes or local"},
    {0},
};
/* clang-format on */
