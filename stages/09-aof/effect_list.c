/* Effects of commands that take from the first of several keys, or wait. */
#include "effect.h"
#include "reply_reader.h"

/* The key that was taken from: the first item of the reply's array. */
static struct slice answered_key(struct slice *left) {
    struct reply_item item = {0};
    (void)reply_read(left, &item);
    (void)reply_read(left, &item);
    return item.text;
}

static void tell_pop(const struct effect *effect, const char *command) {
    struct slice left = effect->reply;
    effect_say(effect, effect_word(command), answered_key(&left));
}

static void blpop_effect(const struct effect *effect) {
    tell_pop(effect, "LPOP");
}

static void brpop_effect(const struct effect *effect) {
    tell_pop(effect, "RPOP");
}

static void bzpopmin_effect(const struct effect *effect) {
    tell_pop(effect, "ZPOPMIN");
}

static void bzpopmax_effect(const struct effect *effect) {
    tell_pop(effect, "ZPOPMAX");
}

/* Whether the word stands behind the keys, of which the argument before the
 * first tells the number. */
static bool says(const struct effect *effect, size_t count_at,
                 const char *word) {
    int64_t keys = 0;
    struct slice text = effect->argv[count_at];
    (void)parse_i64(text.ptr, text.len, &keys);
    return slice_is(effect->argv[count_at + 1 + (size_t)keys], word);
}

/* As many as were answered: items of the array behind the key. */
static void tell_pops(const struct effect *effect, const char *command) {
    char digits[NUMBER_I64_MAX_TEXT];
    struct slice left = effect->reply;
    struct slice key = answered_key(&left);
    struct reply_item array = {0};
    (void)reply_read(&left, &array);
    effect_say(effect, effect_word(command), key,
               effect_number(array.number, digits));
}

/* LMPOP numkeys key [key ...] <LEFT | RIGHT> [COUNT count] */
static void lmpop_effect(const struct effect *effect) {
    tell_pops(effect, says(effect, 1, "left") ? "LPOP" : "RPOP");
}

/* BLMPOP timeout numkeys key [key ...] <LEFT | RIGHT> [COUNT count] */
static void blmpop_effect(const struct effect *effect) {
    tell_pops(effect, says(effect, 2, "left") ? "LPOP" : "RPOP");
}

static void zmpop_effect(const struct effect *effect) {
    tell_pops(effect, says(effect, 1, "min") ? "ZPOPMIN" : "ZPOPMAX");
}

static void bzmpop_effect(const struct effect *effect) {
    tell_pops(effect, says(effect, 2, "min") ? "ZPOPMIN" : "ZPOPMAX");
}

/* BLMOVE source destination <LEFT | RIGHT> <LEFT | RIGHT> timeout */
static void blmove_effect(const struct effect *effect) {
    const struct slice *argv = effect->argv;
    effect_say(effect, effect_word("LMOVE"), argv[1], argv[2], argv[3],
               argv[4]);
}

/* BRPOPLPUSH source destination timeout */
static void brpoplpush_effect(const struct effect *effect) {
    effect_say(effect, effect_word("RPOPLPUSH"), effect->argv[1],
               effect->argv[2]);
}

const struct effect_row list_effects[] = {
    {"blpop", blpop_effect},
    {"brpop", brpop_effect},
    {"lmpop", lmpop_effect},
    {"blmpop", blmpop_effect},
    {"blmove", blmove_effect},
    {"brpoplpush", brpoplpush_effect},
    {"bzpopmin", bzpopmin_effect},
    {"bzpopmax", bzpopmax_effect},
    {"zmpop", zmpop_effect},
    {"bzmpop", bzmpop_effect},
    {0},
};
