/* Settings of the server and its clients. */
#include "config.h"
#include "conn.h"
#include "keyspace.h"
#include "settings.h"

static const char *timeout_changed(void) {
    idle_set_timeout(config.timeout);
    return NULL;
}

static const char *const allowed_words[] = {"no", "yes", "local", NULL};

/* clang-format off */
const struct setting server_settings[] = {
    {"port", SETTING_NUMBER, SETTING_FIXED, &config.port, .min = 1,
     .max = 65535, .help = "the TCP port"},
    {"bind", SETTING_WORDS, SETTING_FIXED, &config.bind,
     .help = "addresses to listen at, * for all; else this machine"},
    {"timeout", SETTING_INT64(config.timeout, 0, INT32_MAX),
     .changed = timeout_changed,
     .help = "close clients that are silent for so many seconds; 0: never"},
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
