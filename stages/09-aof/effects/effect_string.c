/* Effects of commands on strings, and on keys of any type. */
#include <stdlib.h>

#include "effect_gone.h"
#include "entry_expiry.h"
#include "hash.h"
#include "xalloc.h"

/* Returns a word of an effect, spelled as the client spelled it if the
 * request has it. A request that already names a moment is thus repeated to
 * the byte. */
static struct slice spelled(const struct effect *effect, const char *lower,
                            const char *otherwise) {
    for (size_t i = 3; i < effect->request->argc; i++)
        if (slice_is(effect->request->argv[i], lower))
            return effect->request->argv[i];
    return word(otherwise);
}

/* EXPIRE key seconds and its like; GETEX key with an option
 *
 * The expiry is propagated as a moment, in whatever form the command gave
 * it. */
static void expire_effect(const struct effect *effect) {
    char ms[NUMBER_I64_MAX_TEXT];
    struct slice name = effect_argument(effect, 1);
    const struct entry *entry = effect_entry(effect, name);
    if (entry == NULL)
        effect_say_expired(effect, name);
    else if (entry_expiry(entry) == NO_EXPIRY)
        effect_say(effect, word("PERSIST"), name);
    else
        effect_say(effect, word("PEXPIREAT"), name,
                   word_number(entry_expiry(entry), ms));
}

/* Propagates the key with this value and its present expiry. */
static void tell_set(const struct effect *effect, struct slice value) {
    char ms[NUMBER_I64_MAX_TEXT];
    struct slice name = effect_argument(effect, 1);
    const struct entry *entry = effect_entry(effect, name);
    if (entry == NULL)
        effect_say_expired(effect, name);
    else if (entry_expiry(entry) == NO_EXPIRY)
        effect_say(effect, word("SET"), name, value);
    else
        effect_say(effect, word("SET"), name, value,
                   spelled(effect, "pxat", "PXAT"),
                   word_number(entry_expiry(entry), ms));
}

/* SET key value [option ...], GETSET key value */
static void set_effect(const struct effect *effect) {
    tell_set(effect, effect_argument(effect, 2));
}

/* SETEX key seconds value, PSETEX key milliseconds value */
static void setex_effect(const struct effect *effect) {
    tell_set(effect, effect_argument(effect, 3));
}

/* GETDEL key */
static void getdel_effect(const struct effect *effect) {
    effect_say(effect, word("DEL"), effect_argument(effect, 1));
}

/* INCRBYFLOAT key increment
 *
 * The sum itself is propagated, since another machine might add up
 * differently. */
static void incrbyfloat_effect(const struct effect *effect) {
    char scratch[NUMBER_I64_MAX_TEXT];
    const struct entry *entry =
        effect_entry(effect, effect_argument(effect, 1));
    tell_set(effect,
             entry != NULL ? entry_value(entry, scratch) : (struct slice){0});
}

/* HINCRBYFLOAT key field increment */
static void hincrbyfloat_effect(const struct effect *effect) {
    char scratch[NUMBER_I64_MAX_TEXT];
    struct slice key = effect_argument(effect, 1);
    struct slice field = effect_argument(effect, 2), value;
    const struct hash *hash = effect_object(effect, key, TYPE_HASH);
    if (hash != NULL && hash_get(hash, field, &value, scratch))
        effect_say(effect, word("HSET"), key, field, value);
}

/* RESTORE key ttl value [option ...]
 *
 * IDLETIME and FREQ go on as they came; REPLACE and ABSTTL always do. */
static void restore_effect(const struct effect *effect) {
    char ms[NUMBER_I64_MAX_TEXT];
    size_t count = 4, argc = effect->request->argc;
    struct slice name = effect_argument(effect, 1);
    const struct entry *entry = effect_entry(effect, name);
    if (entry == NULL) {
        effect_say_emptied(effect, name);
        return;
    }
    /* To RESTORE, 0 means that the key does not expire. */
    int64_t expiry = entry_expiry(entry) == NO_EXPIRY ? 0 : entry_expiry(entry);
    struct slice *words = xmalloc((argc + 2) * sizeof *words);
    words[0] = word("RESTORE");
    words[1] = name;
    words[2] = word_number(expiry, ms);
    words[3] = effect_argument(effect, 3);
    for (size_t i = 4; i < argc; i++) {
        struct slice option = effect_argument(effect, i);
        if (!slice_is(option, "replace") && !slice_is(option, "absttl"))
            words[count++] = option;
    }
    words[count++] = word("REPLACE");
    words[count++] = spelled(effect, "absttl", "ABSTTL");
    propagate(effect->database, words, count);
    free(words);
}

const struct effect_row string_effects[] = {
    {"expire", expire_effect},
    {"pexpire", expire_effect},
    {"expireat", expire_effect},
    {"pexpireat", expire_effect},
    {"getex", expire_effect},
    {"getdel", getdel_effect},
    {"set", set_effect},
    {"getset", set_effect},
    {"setex", setex_effect},
    {"psetex", setex_effect},
    {"incrbyfloat", incrbyfloat_effect},
    {"hincrbyfloat", hincrbyfloat_effect},
    {"restore", restore_effect},
    /* It stores its estimate in the value. */
    {"pfcount", effect_as_asked},
    {0},
};
