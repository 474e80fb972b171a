/* CONFIG: settings, while the server runs. */
#include <stdlib.h>

#include "command.h"
#include "config.h"
#include "glob.h"
#include "local.h"
#include "settings.h"
#include "xalloc.h"

/* Whether a setting fits one of the patterns. */
static bool is_asked(const struct request *request,
                     const struct setting *setting) {
    struct slice name = {(char *)setting->name, strlen(setting->name)};
    for (size_t i = 2; i < request->argc; i++)
        if (glob_match(request->argv[i], name, true))
            return true;
    return false;
}

static void reply_setting(struct client *client,
                          const struct setting *setting) {
    struct buf value = {0};
    setting_get(setting, &value);
    reply_text(client, setting->name);
    reply_bulk(client, buf_len(&value) > 0 ? buf_bytes(&value) : "",
               buf_len(&value));
    buf_free(&value);
}

/* CONFIG GET parameter [parameter ...] */
static void config_get(struct client *client, struct request *request) {
    size_t count = 0;
    const struct setting *s;
    for (size_t i = 0; (s = setting_number(i)) != NULL; i++)
        count += is_asked(request, s);
    reply_map(client, count);
    for (size_t i = 0; (s = setting_number(i)) != NULL; i++)
        if (is_asked(request, s))
            reply_setting(client, s);
}

static void refuse(struct client *client, const struct setting *setting,
                   const char *wrong) {
    reply_errorf(client,
                 "ERR CONFIG SET failed (possibly related to argument '%s') - "
                 "%s",
                 setting->name, wrong);
}

/* Whether the client may not set it. */
static bool is_protected(const struct client *client,
                         const struct setting *setting) {
    return (setting->flags & SETTING_PROTECTED) &&
           !local_allows(config.protected_configs, client);
}

/* The setting that argument number i names; NULL after the error reply. */
static const struct setting *setting_argument(struct client *client,
                                              const struct request *request,
                                              size_t i) {
    struct slice name = request->argv[i];
    const struct setting *setting = setting_find(name);
    if (setting == NULL) {
        reply_errorf(client,
                     "ERR Unknown option or number of arguments for CONFIG SET "
                     "- '%.*s'",
                     SLICE_SHOWN(name));
        return NULL;
    }
    const char *wrong = NULL;
    if (setting->flags & SETTING_FIXED)
        wrong = "can't set immutable config";
    else if (is_protected(client, setting))
        wrong = "can't set protected config";
    for (size_t other = 2; wrong == NULL && other < i; other += 2)
        if (setting_find(request->argv[other]) == setting)
            wrong = "duplicate parameter";
    if (wrong == NULL)
        return setting;
    refuse(client, setting, wrong);
    return NULL;
}

/* Sets one, and says so to whom it concerns. */
static const char *set_and_tell(const struct setting *setting,
                                struct slice value) {
    const char *wrong = setting_set(setting, &value, 1);
    if (wrong == NULL && setting->changed != NULL)
        wrong = setting->changed();
    return wrong;
}

/* Sets all pairs. At the first that cannot be set, those before it get their
 * old values back. */
static void set_all(struct client *client, const struct request *request,
                    struct buf *old) {
    for (size_t i = 2; i < request->argc; i += 2) {
        const struct setting *setting = setting_find(request->argv[i]);
        setting_get(setting, &old[i]);
        const char *wrong = set_and_tell(setting, request->argv[i + 1]);
        if (wrong == NULL)
            continue;
        refuse(client, setting, wrong);
        for (;; i -= 2) {
            struct slice value = {buf_len(&old[i]) > 0 ? buf_bytes(&old[i])
                                                       : NULL,
                                  buf_len(&old[i])};
            (void)set_and_tell(setting_find(request->argv[i]), value);
            if (i == 2)
                return;
        }
    }
    reply_ok(client);
}

/* CONFIG SET parameter value [parameter value ...] */
static void config_set(struct client *client, struct request *request) {
    if (request->argc % 2 != 0) {
        reply_error(client,
                    "ERR wrong number of arguments for 'config|set' command");
        return;
    }
    for (size_t i = 2; i < request->argc; i += 2)
        if (setting_argument(client, request, i) == NULL)
            return;
    struct buf *old = xcalloc(request->argc, sizeof *old);
    set_all(client, request, old);
    for (size_t i = 0; i < request->argc; i++)
        buf_free(&old[i]);
    free(old);
}

enum { FLAGS = CMD_ADMIN | CMD_NOSCRIPT | CMD_LOADING | CMD_STALE };

const struct command config_commands[] = {
    {"config", NULL, -2, CMD_CONTAINER},
    {"config|get", config_get, -3, FLAGS},
    {"config|set", config_set, -4, FLAGS},
    {0},
};
