/* CONFIG GET and CONFIG SET: reading and changing settings while the server
 * runs. */
#include <stdlib.h>

#include "admit.h"
#include "arguments.h"
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

/* What CONFIG GET is asked for: the names that it answers with. A setting has
 * two, its own and its alias. Each is found by itself and answered once, in the
 * order of the tables: its place is twice the setting's number, or one more. */

static void ask(struct slice *place, struct slice name) {
    if (place->ptr == NULL)
        *place = name;
}

/* A name that is given in full is answered as it is spelled, by the first that
 * asks for it. */
static void ask_by_name(struct slice *asked, struct slice name) {
    size_t number = setting_find_number(name);
    const struct setting *setting = setting_number(number);
    if (setting == NULL || (setting->flags & SETTING_LINES))
        return;
    bool by_alias = setting_called(setting, name) == setting->alias;
    ask(&asked[2 * number + by_alias], name);
}

static void ask_if_fits(struct slice *place, const char *name,
                        struct slice pattern) {
    if (name != NULL && glob_match(pattern, slice_of(name), true))
        ask(place, slice_of(name));
}

static void ask_by_pattern(struct slice *asked, struct slice pattern) {
    const struct setting *setting;
    for (size_t i = 0; (setting = setting_number(i)) != NULL; i++) {
        if (setting->flags & (SETTING_LINES | SETTING_HIDDEN))
            continue;
        ask_if_fits(&asked[2 * i], setting->name, pattern);
        ask_if_fits(&asked[2 * i + 1], setting->alias, pattern);
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
    size_t places = 2 * setting_count(), count = 0;
    struct slice *asked = xcalloc(places, sizeof *asked);
    for (size_t i = 2; i < request->argc; i++) {
        struct slice word = request->argv[i];
        if (is_pattern(word))
            ask_by_pattern(asked, word);
        else
            ask_by_name(asked, word);
    }
    for (size_t i = 0; i < places; i++)
        count += asked[i].ptr != NULL;
    reply_map(client, count);
    for (size_t i = 0; i < places; i++)
        if (asked[i].ptr != NULL)
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
