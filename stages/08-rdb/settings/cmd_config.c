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

/* Returns a name by its number: each setting has two, its own and its alias,
 * which may be NULL. */
static const char *name_number(size_t number) {
    const struct setting *setting = setting_number(number / 2);
    return number % 2 == 0 ? setting->name : setting->alias;
}

static size_t count_names(void) {
    size_t settings = 0;
    while (setting_number(settings) != NULL)
        settings++;
    return 2 * settings;
}

/* Notes the names that an argument asks for, by their numbers. One that is
 * given in full is answered as it is spelled, by the first that asks for it. */
static void ask(struct slice *asked, size_t names, struct slice word) {
    bool by_pattern = is_pattern(word);
    unsigned unseen =
        by_pattern ? SETTING_LINES | SETTING_HIDDEN : SETTING_LINES;
    for (size_t i = 0; i < names; i++) {
        const char *name = name_number(i);
        if (name == NULL || asked[i].len > 0 ||
            (setting_number(i / 2)->flags & unseen))
            continue;
        if (by_pattern ? glob_match(word, slice_of(name), true)
                       : slice_is(word, name))
            asked[i] = by_pattern ? slice_of(name) : word;
    }
}

static void reply_setting(struct client *client, struct slice name,
                          const struct setting *setting) {
    struct buf value = {0};
    setting_get(setting, &value);
    reply_slice(client, name);
    reply_slice(client, buf_slice(&value));
    buf_free(&value);
}

/* CONFIG GET parameter [parameter ...] */
static void config_get(struct client *client, struct request *request) {
    size_t names = count_names(), found = 0;
    struct slice *asked = xcalloc(names, sizeof *asked);
    for (size_t i = 2; i < request->argc; i++)
        ask(asked, names, request->argv[i]);
    for (size_t i = 0; i < names; i++)
        found += asked[i].len > 0;
    reply_map(client, found);
    for (size_t i = 0; i < names; i++)
        if (asked[i].len > 0)
            reply_setting(client, asked[i], setting_number(i / 2));
    free(asked);
}

/* A pair of CONFIG SET. */
struct change {
    const struct setting *setting;
    const char *name; /* that of the setting's two which the pair has */
    struct slice value;
    struct buf old; /* the value before */
};

static void refuse(struct client *client, struct slice name,
                   const char *wrong) {
    reply_errorf(client,
                 "ERR CONFIG SET failed (possibly related to argument '%.*s') "
                 "- %s",
                 SLICE_SHOWN(name), wrong);
}

/* Returns why the client may not set the last of these, or NULL. */
static const char *why_not(const struct client *client,
                           const struct change *changes, size_t last) {
    unsigned flags = changes[last].setting->flags;
    if (flags & SETTING_FIXED)
        return "can't set immutable config";
    if ((flags & SETTING_PROTECTED) &&
        !local_allows(config.protected_configs, client))
        return "can't set protected config";
    for (size_t i = 0; i < last; i++)
        if (changes[i].name == changes[last].name)
            return "duplicate parameter";
    return NULL;
}

/* Reads a pair behind the others. Returns false after the error reply, if the
 * client may not set that now. */
static bool read_change(struct client *client, const struct slice pair[2],
                        struct change *changes, size_t last) {
    const struct setting *setting = setting_find(pair[0]);
    if (setting == NULL || (setting->flags & SETTING_LINES)) {
        reply_errorf(client,
                     "ERR Unknown option or number of arguments for CONFIG SET "
                     "- '%.*s'",
                     SLICE_WHOLE(pair[0]));
        return false;
    }
    if ((setting->flags & SETTING_STEADY) && loading()) {
        reply_loading(client);
        return false;
    }
    changes[last] = (struct change){.setting = setting,
                                    .name = setting_called(setting, pair[0]),
                                    .value = pair[1]};
    const char *wrong = why_not(client, changes, last);
    if (wrong != NULL)
        refuse(client, pair[0], wrong);
    return wrong == NULL;
}

/* Informs the facility that a setting concerns. Returns NULL, or a text that
 * says what is wrong. */
static const char *tell(const struct setting *setting) {
    return setting->changed != NULL ? setting->changed() : NULL;
}

/* Sets all values. If one cannot be set, it and those before it get their old
 * values back. No facility is told before all values are good: one that closes
 * the log, say, could not undo that. */
static void set_all(struct client *client, struct change *changes,
                    size_t count) {
    const char *wrong = NULL;
    size_t set = 0, told = 0;
    for (; wrong == NULL && set < count; set++) {
        setting_get(changes[set].setting, &changes[set].old);
        wrong = setting_set(changes[set].setting, &changes[set].value, 1);
    }
    for (; wrong == NULL && told < count; told++)
        wrong = tell(changes[told].setting);
    if (wrong == NULL) {
        reply_ok(client);
        return;
    }
    refuse(client, slice_of(changes[(told > 0 ? told : set) - 1].name), wrong);
    /* The last goes first, so that a setting which stands in the request by
     * both of its names ends with the value that it had at the beginning. */
    while (set-- > 0) {
        struct slice old = buf_slice(&changes[set].old);
        (void)setting_set(changes[set].setting, &old, 1);
    }
    while (told-- > 0)
        (void)tell(changes[told].setting); /* as before */
}

/* CONFIG SET parameter value [parameter value ...] */
static void config_set(struct client *client, struct request *request) {
    if (request->argc % 2 != 0) {
        reply_syntax_error(client);
        return;
    }
    size_t count = request->argc / 2 - 1, read = 0;
    struct change *changes = xcalloc(count, sizeof *changes);
    while (read < count &&
           read_change(client, &request->argv[2 + 2 * read], changes, read))
        read++;
    /* All are checked before the first is set. */
    if (read == count)
        set_all(client, changes, count);
    for (size_t i = 0; i < read; i++)
        buf_free(&changes[i].old);
    free(changes);
}

enum { FLAGS = CMD_ADMIN | CMD_NOSCRIPT | CMD_LOADING | CMD_STALE };

const struct command config_commands[] = {
    {"config", NULL, -2, CMD_CONTAINER},
    {"config|get", config_get, -3, FLAGS},
    {"config|set", config_set, -4, FLAGS},
    {0},
};
