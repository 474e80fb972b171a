#include "settings.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf_slice.h"
#include "buf_text.h"
#include "number.h"
#include "xalloc.h"

/* All of them, in the order of the tables. */
static const struct setting **known;
static size_t known_count;

const struct setting *setting_number(size_t number) {
    return number < known_count ? known[number] : NULL;
}

size_t setting_count(void) {
    return known_count;
}

static bool is_alias(const struct setting *setting, struct slice name) {
    return setting->alias != NULL && slice_is(name, setting->alias);
}

const struct setting *setting_find(struct slice name) {
    return setting_number(setting_find_number(name));
}

const char *setting_called(const struct setting *setting, struct slice name) {
    return is_alias(setting, name) ? setting->alias : setting->name;
}

static const char *set_number(const struct setting *setting, int64_t value) {
    static char wrong[96];
    if (value >= setting->min && value <= setting->max) {
        *(int64_t *)setting->variable = value;
        return NULL;
    }
    snprintf(wrong, sizeof wrong,
             "argument must be between %" PRId64 " and %" PRId64 " inclusive",
             setting->min, setting->max);
    return wrong;
}

static const char *set_bool(bool *variable, struct slice word) {
    bool yes = slice_is(word, "yes");
    if (!yes && !slice_is(word, "no"))
        return "argument must be 'yes' or 'no'";
    *variable = yes;
    return NULL;
}

static const char *set_choice(const struct setting *setting,
                              struct slice word) {
    static char wrong[256];
    size_t used = (size_t)snprintf(wrong, sizeof wrong,
                                   "argument(s) must be one of the following:");
    for (int64_t i = 0; setting->words[i] != NULL; i++) {
        if (slice_is(word, setting->words[i])) {
            *(int64_t *)setting->variable = i;
            return NULL;
        }
        used += (size_t)snprintf(wrong + used, sizeof wrong - used, "%s %s",
                                 i > 0 ? "," : "", setting->words[i]);
    }
    return wrong;
}

static void set_text(char **variable, struct slice word) {
    free(*variable);
    *variable = word.len > 0 ? xstrndup(word.ptr, word.len) : NULL;
}

static void set_words(char **variable, const struct slice *words,
                      size_t count) {
    struct buf text = {0};
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_append(&text, " ", 1);
        buf_append(&text, words[i].ptr, words[i].len);
    }
    set_text(variable, buf_slice(&text));
    buf_free(&text);
}

static const char *set_file(const struct setting *setting, struct slice word) {
    static char wrong[96];
    const char *what = NULL;
    if ((int64_t)word.len < setting->min)
        what = "can't be empty";
    else if (word.len > SETTING_NAME_MAX)
        what = "is too long";
    else if (memchr(word.ptr, '/', word.len) != NULL ||
             memchr(word.ptr, '\\', word.len) != NULL)
        what = strstr(setting->name, "dirname") != NULL
                   ? "can't be a path, just a dirname"
                   : "can't be a path, just a filename";
    if (what == NULL) {
        set_text(setting->variable, word);
        if (word.len == 0) /* it is a name nevertheless */
            *(char **)setting->variable = xcalloc(1, 1);
        return NULL;
    }
    snprintf(wrong, sizeof wrong, "%s %s", setting->name, what);
    return wrong;
}

bool setting_words_next(struct setting_words *words, struct slice *word) {
    if (words->argument == words->count)
        return false;
    struct slice text = words->arguments[words->argument];
    size_t start = words->at, end = start;
    while (end < text.len && text.ptr[end] != ' ')
        end++;
    *word = (struct slice){text.ptr + start, end - start};
    /* A blank at the end of an argument is followed by one more word, an empty
     * one. */
    words->at = end + 1;
    if (end == text.len) {
        words->argument++;
        words->at = 0;
    }
    return true;
}

struct slice setting_word(struct slice word) {
    if (word.len > 0)
        word.len = strnlen(word.ptr, word.len);
    return word;
}

const char *setting_set(const struct setting *setting,
                        const struct slice *words, size_t count) {
    if (setting->kind == SETTING_OWN)
        return setting->set(words, count);
    if (setting->kind == SETTING_WORDS) {
        set_words(setting->variable, words, count);
        return NULL;
    }
    if (count != 1)
        return "wrong number of arguments";
    int64_t value;
    uint64_t bytes;
    if (setting->kind == SETTING_NUMBER)
        return parse_i64(words[0].ptr, words[0].len, &value)
                   ? set_number(setting, value)
                   : "argument couldn't be parsed into an integer";
    struct slice word = setting_word(words[0]);
    switch (setting->kind) {
    case SETTING_MEMORY:
        if (!parse_memory(word.ptr, word.len, &bytes))
            return "argument must be a memory value";
        /* No memory is negative, so -1 is in no range. */
        return set_number(setting, bytes <= INT64_MAX ? (int64_t)bytes : -1);
    case SETTING_BOOL: return set_bool(setting->variable, word);
    case SETTING_CHOICE: return set_choice(setting, word);
    case SETTING_FILE: return set_file(setting, word);
    default: set_text(setting->variable, word); return NULL;
    }
}

void setting_get(const struct setting *setting, struct buf *out) {
    void *variable = setting->variable;
    switch (setting->kind) {
    case SETTING_OWN: setting->get(out); break;
    case SETTING_BOOL: buf_text(out, *(bool *)variable ? "yes" : "no"); break;
    case SETTING_CHOICE:
        buf_text(out, setting->words[*(int64_t *)variable]);
        break;
    case SETTING_TEXT:
    case SETTING_WORDS:
    case SETTING_FILE: buf_text(out, *(char **)variable); break;
    default: buf_text_format(out, "%" PRId64, *(int64_t *)variable);
    }
}

static void add(const struct setting *setting) {
    known = xrealloc(known, (known_count + 1) * sizeof *known);
    known[known_count++] = setting;
    if (setting->text != NULL)
        set_text(setting->variable, slice_of(setting->text));
}

void settings_start(void) {
    for (size_t f = 0; stage_settings[f] != NULL; f++)
        for (const struct setting *s = stage_settings[f]; s->name; s++)
            add(s);
}

void settings_free(void) {
    for (size_t i = 0; i < known_count; i++)
        if (known[i]->kind == SETTING_TEXT || known[i]->kind == SETTING_WORDS ||
            known[i]->kind == SETTING_FILE)
            set_text(known[i]->variable, (struct slice){0});
    free(known);
    known = NULL;
    known_count = 0;
}
