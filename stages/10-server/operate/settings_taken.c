/* Settings of Redis that change nothing here. They are accepted, so that a
 * configuration for Redis starts this server, and shown as they were given.
 * docs/settings.md says why each of them changes nothing. */
#include "settings_taken.h"

#include <ctype.h>
#include <string.h>

#include "config_rewrite.h"
#include "log.h"

static const char *const propagation_error_behavior_words[] = {
    "ignore", "panic", "panic-on-replicas", NULL};
static const char *const sanitize_dump_payload_words[] = {"no", "yes",
                                                          "clients", NULL};
static const char *const cluster_preferred_endpoint_type_words[] = {
    "ip", "hostname", "unknown-endpoint", NULL};
static const char *const tls_auth_clients_words[] = {"no", "yes", "optional",
                                                     NULL};

/* Each has a variable of its own. */
#define NUMBER(flags, value, least, most) \
    SETTING_NUMBER, flags, &(int64_t){value}, .min = (least), .max = (most)
#define MEMORY(value, least, most) \
    SETTING_MEMORY, 0, &(int64_t){value}, .min = (least), .max = (most)
#define YES_NO(flags, value)       \
    SETTING_BOOL, flags, &(bool) { \
        value                      \
    }
#define CHOICE(flags, value, list) \
    SETTING_CHOICE, flags, &(int64_t){value}, .words = (list)
#define TEXT(flags, value) SETTING_TEXT, flags, &(char *){NULL}, .text = (value)

static int64_t hz = 10;

static const struct setting any_hz = {"hz", SETTING_INT64(hz, 0, INT32_MAX)};

/* Any number is accepted, and becomes one that Redis could run at. */
static const char *hz_set(const struct slice *words, size_t count) {
    enum { LEAST = 1, MOST = 500 };
    const char *wrong = setting_set(&any_hz, words, count);
    hz = hz < LEAST ? LEAST : hz > MOST ? MOST : hz;
    return wrong;
}

static void hz_get(struct buf *out) {
    setting_get(&any_hz, out);
}

/* The file may say yes to what is not there, so that a configuration for Redis
 * starts this server. CONFIG SET refuses it in the words of a Redis that was
 * built without it, by which tools know. */
static bool defragments, tls_for_replication, tls_for_cluster;
static int64_t tls_port;

static const char *defragments_changed(void) {
    return !defragments
               ? NULL
               : "Active defragmentation cannot be enabled: it requires a "
                 "Redis server compiled with a modified Jemalloc like the one "
                 "shipped by default with the Redis source distribution";
}

static const char *tls_changed(void) {
    return tls_port == 0 && !tls_for_replication && !tls_for_cluster
               ? NULL
               : "Unable to update TLS configuration. Check server logs.";
}

/* The names of a node. Redis tells them to the others of its cluster. */
static char *node_hostname, *node_name;

static const char *hostname_changed(void) {
    enum { HOSTNAME_MAX = 256 };
    const char *name = node_hostname != NULL ? node_hostname : "";
    if (strlen(name) >= HOSTNAME_MAX)
        return "Hostnames must be less than 256 characters";
    for (; *name != '\0'; name++)
        if (!isalnum((unsigned char)*name) && *name != '-' && *name != '.')
            return "Hostnames may only contain alphanumeric characters, "
                   "hyphens or dots";
    return NULL;
}

static const char *node_name_changed(void) {
    bool good = node_name == NULL ||
                strpbrk(node_name, "!#$%&()*+:;<>?@[]^{|}~") == NULL;
    return good ? NULL
                : "Announced human node name contained invalid character";
}

const struct setting taken_settings[] = {
    /* The heap gives memory back by itself, values are always freed beside the
     * loop, a DUMP is always checked, and one thread does the rest. */
    {"active-defrag-cycle-max", NUMBER(0, 25, 1, 99)},
    {"active-defrag-cycle-min", NUMBER(0, 1, 1, 99)},
    {"active-defrag-ignore-bytes", MEMORY(104857600, 1, INT64_MAX)},
    {"active-defrag-max-scan-fields", NUMBER(0, 1000, 1, INT64_MAX)},
    {"active-defrag-threshold-lower", NUMBER(0, 10, 0, 1000)},
    {"active-defrag-threshold-upper", NUMBER(0, 100, 0, 1000)},
    {"active-expire-effort", NUMBER(0, 1, 1, 10)},
    {"activedefrag", SETTING_YES_NO(defragments),
     .changed = defragments_changed},
    {"activerehashing", YES_NO(0, true)},
    {"always-show-logo", YES_NO(SETTING_FIXED, false)},
    {"busy-reply-threshold", NUMBER(0, 5000, 0, INT64_MAX),
     .alias = "lua-time-limit"},
    {"crash-memcheck-enabled", YES_NO(0, true)},
    {"dynamic-hz", YES_NO(0, true)},
    {"hz", SETTING_OWN, .set = hz_set, .get = hz_get},
    {"ignore-warnings", TEXT(0, NULL)},
    {"io-threads", NUMBER(SETTING_FIXED, 1, 1, 128)},
    {"io-threads-do-reads", YES_NO(SETTING_FIXED, false)},
    {"jemalloc-bg-thread", YES_NO(0, true)},
    {"lazyfree-lazy-user-del", YES_NO(0, false)},
    {"lazyfree-lazy-user-flush", YES_NO(0, false)},
    {"replica-lazy-flush", YES_NO(0, false), .alias = "slave-lazy-flush"},
    {"propagation-error-behavior",
     CHOICE(0, 0, propagation_error_behavior_words)},
    {"sanitize-dump-payload", CHOICE(0, 0, sanitize_dump_payload_words)},
    /* A server of a cluster. */
    {"cluster-allow-pubsubshard-when-down", YES_NO(0, true)},
    {"cluster-allow-reads-when-down", YES_NO(0, false)},
    {"cluster-allow-replica-migration", YES_NO(0, true)},
    {"cluster-announce-bus-port", NUMBER(0, 0, 0, 65535)},
    {"cluster-announce-hostname", SETTING_TEXT, 0, &node_hostname,
     .changed = hostname_changed},
    {"cluster-announce-human-nodename", SETTING_TEXT, 0, &node_name,
     .changed = node_name_changed},
    {"cluster-announce-ip", TEXT(0, NULL)},
    {"cluster-announce-port", NUMBER(0, 0, 0, 65535)},
    {"cluster-announce-tls-port", NUMBER(0, 0, 0, 65535)},
    {"cluster-config-file", TEXT(SETTING_FIXED, "nodes.conf")},
    {"cluster-enabled", YES_NO(SETTING_FIXED, false)},
    {"cluster-link-sendbuf-limit", MEMORY(0, 0, INT64_MAX)},
    {"cluster-migration-barrier", NUMBER(0, 1, 0, INT32_MAX)},
    {"cluster-node-timeout", NUMBER(0, 15000, 0, INT64_MAX)},
    {"cluster-port", NUMBER(SETTING_FIXED, 0, 0, 65535)},
    {"cluster-preferred-endpoint-type",
     CHOICE(0, 0, cluster_preferred_endpoint_type_words)},
    {"cluster-replica-no-failover", YES_NO(0, false),
     .alias = "cluster-slave-no-failover"},
    {"cluster-replica-validity-factor", NUMBER(0, 10, 0, INT32_MAX),
     .alias = "cluster-slave-validity-factor"},
    {"cluster-require-full-coverage", YES_NO(0, true)},
    /* TLS, which is left to a proxy. */
    {"tls-auth-clients", CHOICE(0, 1, tls_auth_clients_words)},
    {"tls-ca-cert-dir", TEXT(0, NULL)},
    {"tls-ca-cert-file", TEXT(0, NULL)},
    {"tls-cert-file", TEXT(0, NULL)},
    {"tls-ciphers", TEXT(0, NULL)},
    {"tls-ciphersuites", TEXT(0, NULL)},
    {"tls-client-cert-file", TEXT(0, NULL)},
    {"tls-client-key-file", TEXT(0, NULL)},
    {"tls-client-key-file-pass", TEXT(0, NULL)},
    {"tls-cluster", SETTING_YES_NO(tls_for_cluster), .changed = tls_changed},
    {"tls-dh-params-file", TEXT(0, NULL)},
    {"tls-key-file", TEXT(0, NULL)},
    {"tls-key-file-pass", TEXT(0, NULL)},
    {"tls-port", SETTING_INT64(tls_port, 0, 65535), .changed = tls_changed},
    {"tls-prefer-server-ciphers", YES_NO(0, false)},
    {"tls-protocols", TEXT(0, NULL)},
    {"tls-replication", SETTING_YES_NO(tls_for_replication),
     .changed = tls_changed},
    {"tls-session-cache-size", NUMBER(0, 20480, 0, INT32_MAX)},
    {"tls-session-cache-timeout", NUMBER(0, 300, 0, INT32_MAX)},
    {"tls-session-caching", YES_NO(0, true)},
    /* Redis does not show these among the others; its own tests set them. A
     * load looks at the clock rather than at bytes, and there is no watchdog,
     * no cluster and no Lua. */
    {"cluster-ping-interval", NUMBER(SETTING_HIDDEN, 1000, 0, INT32_MAX)},
    {"loading-process-events-interval-bytes",
     NUMBER(SETTING_HIDDEN, 2097152, 1024, INT32_MAX)},
    {"lua-enable-deprecated-api",
     YES_NO(SETTING_HIDDEN | SETTING_FIXED, false)},
    {"use-exit-on-panic", YES_NO(SETTING_HIDDEN, false)},
    {"watchdog-period", NUMBER(SETTING_HIDDEN, 0, 0, INT32_MAX)},
    {0},
};

void settings_taken_tell(void) {
    struct buf names = {0};
    for (const struct setting *s = taken_settings; s->name != NULL; s++) {
        if (config_is_default(s))
            continue;
        buf_append(&names, " ", 1);
        buf_append(&names, s->name, strlen(s->name));
    }
    if (buf_len(&names) > 0)
        log_warn("these settings change nothing here:%.*s",
                 (int)buf_len(&names), buf_bytes(&names));
    buf_free(&names);
}
