#include <stdlib.h>

#include "number.h"
#include "replica.h"
#include "replica_config.h"
#include "secret.h"
#include "settings.h"
#include "xalloc.h"

struct replica_config replica_config = {
    .serve_stale_data = true,
    .read_only = true,
    .announced = true,
    .ignore_maxmemory = true,
    .priority = 100,
};

/* The primary as two words, or as none. On the command line they are often one
 * argument, "host port". */
static const char *set_replicaof(const struct slice *words, size_t count) {
    struct setting_words all = {words, count, 0, 0};
    struct slice host, digits, more;
    int64_t port;
    if (!setting_words_next(&all, &host)) /* no word: as in the default */
        return NULL;
    if (!setting_words_next(&all, &digits) || setting_words_next(&all, &more))
        return "wrong number of arguments";
    if (slice_is(host, "no") && slice_is(digits, "one")) {
        replica_set(NULL, 0);
        return NULL;
    }
    if (!parse_i64(digits.ptr, digits.len, &port) || port < 0 ||
        port > UINT16_MAX)
        return "Invalid master port";
    /* Only noted: the link begins when the data are loaded. */
    char *name = xstrndup(host.ptr, host.len);
    replica_set(name, port);
    free(name);
    return NULL;
}

/* Tells the present primary, so CONFIG REWRITE keeps what REPLICAOF has set. */
static void get_replicaof(struct buf *out) {
    char digits[NUMBER_I64_MAX_TEXT];
    if (!replica_is())
        return;
    buf_append(out, replica.host, strlen(replica.host));
    buf_append(out, " ", 1);
    buf_append(out, digits, format_i64(digits, replica.port));
}

static const char *set_masterauth(const struct slice *words, size_t count) {
    return secret_set(&replica_config.password, words, count);
}

static void get_masterauth(struct buf *out) {
    secret_get(&replica_config.password, out);
}

static const char *const load_words[] = {"disabled", "on-empty-db", "swapdb",
                                         NULL};

/* clang-format off */
const struct setting replica_settings[] = {
    {"replicaof", SETTING_OWN, SETTING_FIXED, .alias = "slaveof",
     .set = set_replicaof, .get = get_replicaof,
     .help = "whom to follow: a host and a port"},
    {"masteruser", SETTING_TEXT, 0, &replica_config.user,
     .help = "the user that a replica is at its primary"},
    {"masterauth", SETTING_OWN, 0, .set = set_masterauth,
     .get = get_masterauth,
     .help = "the password that a replica gives to its primary"},
    {"bind-source-addr", SETTING_TEXT, 0, &replica_config.source_address,
     .help = "the address from which a replica connects"},
    {"replica-serve-stale-data", SETTING_YES_NO(replica_config.serve_stale_data),
     .alias = "slave-serve-stale-data",
     .help = "whether a replica without its primary answers: yes or no"},
    {"replica-read-only", SETTING_YES_NO(replica_config.read_only),
     .alias = "slave-read-only",
     .help = "whether clients may not write to a replica: yes or no"},
    {"replica-priority", SETTING_INT64(replica_config.priority, 0, INT32_MAX),
     .alias = "slave-priority",
     .help = "the lowest is promoted first; 0: never"},
    {"replica-announced", SETTING_YES_NO(replica_config.announced)},
    {"replica-announce-ip", SETTING_TEXT, 0, &replica_config.announce_ip,
     .alias = "slave-announce-ip",
     .help = "the address under which others reach a replica"},
    {"replica-announce-port",
     SETTING_INT64(replica_config.announce_port, 0, 65535),
     .alias = "slave-announce-port", .help = "and its port"},
    {"replica-ignore-maxmemory", SETTING_YES_NO(replica_config.ignore_maxmemory),
     .alias = "slave-ignore-maxmemory"},
    {"replica-ignore-disk-write-errors",
     SETTING_YES_NO(replica_config.ignore_disk_write_errors)},
    {"repl-diskless-load", SETTING_CHOICE, SETTING_STEADY,
     &replica_config.diskless_load,
     .words = load_words,
     .help = "load a primary's data without a file: disabled, on-empty-db or "
             "swapdb"},
    {"rdb-del-sync-files", SETTING_YES_NO(replica_config.del_sync_files)},
    {0},
};
/* clang-format on */
