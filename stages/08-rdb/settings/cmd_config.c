/* CONFIG GET and CONFIG SET: reading and changing settings while the server
 * runs. */
#include <stdlib.h>

#include "admit.h"
#include "buf_slice.h"
#include "command.h"
#include "config.h"
#include "glob.h"
#include "loading.h"
#include "local.h"
#include "settings.h"
#include "xalloc.h"

static bool is_pattern(struct slice word) {
    for (size_t i = 0; i < word.len; i++)
        if (strchr("*?[", word.ptr[i]) != NULL && word.ptr[i] != '\0')
            return true;
    return false;
}

/* The names with which a setting is answered, without bytes if nobody has asked
 * for them: a name given in full is answered as it was spelled. */
struct answer {
    struct slice name, alias;
};

static size_t count_settings(void) {
    size_t count = 0;
    while (setting_number(count) != NULL)
        count++;
    return count;
}

/* If an argument asks twice for a name, the first counts. */
static void put(struct slice *answer, struct slice name, size_t *found) {
    *found += answer->len == 0;
    if (answer->len == 0)
        *answer = name;
}

static void ask_by_name(struct answer *answers, struct slice word,
                        size_t *found) {
    const struct setting *s;
    for (size_t i = 0; (s = setting_number(i)) != NULL; i++) {
        if (s->flags & SETTING_LINES)
            continue;
        if (slice_is(word, s->name))
            put(&answers[i].name, word, found);
        else if (s->alias != NULL && slice_is(word, s->alias))
            put(&answers[i].alias, word, found);
    }
}

static void match(struct slice *answer, struct slice pattern, const char *name,
                  size_t *found) {
    if (name == NULL || answer->len > 0)
        return;
    struct slice full = slice_of(name);
    if (glob_match(pattern, full, true))
        put(answer, full, found);
}

static void ask_by_pattern(struct answer *answers, struct slice word,
                           size_t *found) {
    const struct setting *s;
    for (size_t i = 0; (s = setting_number(i)) != NULL; i++) {
        if (s->flags & (SETTING_LINES | SETTING_HIDDEN))
            continue;
        match(&answers[i].name, word, s->name, found);
        match(&answers[i].alias, word, s->alias, found);
    }
}

static void reply_setting(struct client *client, struct slice name,
                          const struct setting *setting) {
    struct buf value = {0};
    if (name.len == 0)
        return;
    setting_get(setting, &value);
    reply_slice(client, name);
    reply_slice(client, buf_slice(&value));
    buf_free(&value);
}

/* CONFIG GET parameter [parameter ...] */
static void config_get(struct client *client, struct request *request) {
    size_t settings = count_settings(), found = 0;
    struct answer *answers = xcalloc(settings, sizeof *answers);
    for (size_t i = 2; i < request->argc; i++)
        if (is_pattern(request->argv[i]))
            ask_by_pattern(answers, request->argv[i], &found);
        else
            ask_by_name(answers, request->argv[i], &found);
    reply_map(client, found);
    for (size_t i = 0; i < settings; i++) {
        reply_setting(client, answers[i].name, setting_number(i));
        reply_setting(client, answers[i].alias, setting_number(i));
    }
    free(answers);
}

static void refuse(struct client *client, struct slice name,
                   const char *wrong) {
    reply_errorf(client,
                 "ERR CONFIG SET failed (possibly related to argument '%.*s') "
                 "- %s",
                 SLICE_SHOWN(name), wrong);
}

/* Returns true if the setting is protected from this client. */
static bool is_protected(const struct client *client,
                         const struct setting *setting) {
    return (setting->flags & SETTING_PROTECTED) &&
           !local_allows(config.protected_configs, client);
}

/* Returns true if two arguments are the same name of the same setting. */
static bool is_twice(struct slice one, struct slice other) {
    const struct setting *setting = setting_find(one);
    return setting != NULL && setting == setting_find(other) &&
           setting_called(setting, one) == setting_called(setting, other);
}

/* Returns true if argument number i names a setting that the client may set
 * now; false after the error reply. */
static bool may_set(struct client *client, const struct request *request,
                    size_t i) {
    struct slice name = request->argv[i];
    const struct setting *setting = setting_find(name);
    if (setting == NULL || (setting->flags & SETTING_LINES)) {
        reply_errorf(client,
                     "ERR Unknown option or number of arguments for CONFIG SET "
                     "- '%.*s'",
                     SLICE_WHOLE(name));
        return false;
    }
    const char *wrong = NULL;
    if (setting->flags & SETTING_FIXED)
        wrong = "can't set immutable config";
    else if (is_protected(client, setting))
        wrong = "can't set protected config";
    else if ((setting->flags & SETTING_STEADY) && loading()) {
        reply_loading(client);
        return false;
    }
    for (size_t other = 2; wrong == NULL && other < i; other += 2)
        if (is_twice(request->argv[other], name))
            wrong = "duplicate parameter";
    if (wrong != NULL)
        refuse(client, name, wrong);
    return wrong == NULL;
}

/* Informs the facility that a setting concerns. Returns NULL, or a text that
 * says what is wrong. */
static const char *tell(const struct setting *setting) {
    return setting->changed != NULL ? setting->changed() : NULL;
}

static void refuse_pair(struct client *client, struct slice argument,
                        const char *wrong) {
    const char *name = setting_called(setting_find(argument), argument);
    refuse(client, slice_of(name), wrong);
}

/* Gives the settings before an argument their old values. The last goes first,
 * so that a setting which stands in the request by both of its names ends with
 * the value that it had at the beginning. */
static void restore(const struct request *request, const struct buf *old,
                    size_t end) {
    for (size_t i = end; i > 2; i -= 2) {
        struct slice value = buf_slice(&old[i - 2]);
        (void)setting_set(setting_find(request->argv[i - 2]), &value, 1);
    }
}

/* Sets all pairs. If one cannot be set, it and those before it get their old
 * values back. No facility is told before all values are good: one that closes
 * the log, say, could not undo that. */
static void set_all(struct client *client, const struct request *request,
                    struct buf *old) {
    const char *wrong = NULL;
    size_t set = 2, told = 2; /* behind the last pair that was */
    for (; wrong == NULL && set < request->argc; set += 2) {
        const struct setting *setting = setting_find(request->argv[set]);
        setting_get(setting, &old[set]);
        wrong = setting_set(setting, &request->argv[set + 1], 1);
    }
    for (; wrong == NULL && told < request->argc; told += 2)
        wrong = tell(setting_find(request->argv[told]));
    if (wrong == NULL) {
        reply_ok(client);
        return;
    }
    refuse_pair(client, request->argv[(told > 2 ? told : set) - 2], wrong);
    restore(request, old, set);
    for (; told > 2; told -= 2)
        (void)tell(setting_find(request->argv[told - 2])); /* as before */
}

/* CONFIG SET parameter value [parameter value ...] */
static void config_set(struct client *client, struct request *request) {
    if (request->argc % 2 != 0) {
        reply_syntax_error(client);
        return;
    }
    /* All are checked before the first is set. */
    for (size_t i = 2; i < request->argc; i += 2)
        if (!may_set(client, request, i))
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
