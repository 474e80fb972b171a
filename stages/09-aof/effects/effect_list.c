/* Effects of commands that take from the first of several keys, or wait. */
#include "effect.h"
#include "pop_arguments.h"
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
    effect_say(effect, word(command), answered_key(&left));
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

/* A word that chooses an end, and the command that pops there. */
struct pop_end {
    const char *word, *command;
};

static const struct pop_end list_ends[] = {{"left", "LPOP"}, {"right", "RPOP"}};
static const struct pop_end zset_ends[] = {{"min", "ZPOPMIN"},
                                           {"max", "ZPOPMAX"}};

/* As many as were answered: items of the array behind the key. The arguments
 * begin with the one of that number. */
static void tell_pops(const struct effect *effect, size_t first,
                      const struct pop_end ends[static 2]) {
    struct pop_arguments pop;
    if (!pop_arguments(effect->client, effect->request, first, ends[0].word,
                       ends[1].word, &pop))
        return;
    char digits[NUMBER_I64_MAX_TEXT];
    struct slice left = effect->reply;
    struct slice key = answered_key(&left);
    struct reply_item array = {0};
    (void)reply_read(&left, &array);
    effect_say(effect, word(ends[pop.second].command), key,
               word_number(array.number, digits));
}

/* LMPOP numkeys key [key ...] <LEFT | RIGHT> [COUNT count] */
static void lmpop_effect(const struct effect *effect) {
    tell_pops(effect, 1, list_ends);
}

/* BLMPOP timeout numkeys key [key ...] <LEFT | RIGHT> [COUNT count] */
static void blmpop_effect(const struct effect *effect) {
    tell_pops(effect, 2, list_ends);
}

static void zmpop_effect(const struct effect *effect) {
    tell_pops(effect, 1, zset_ends);
}

static void bzmpop_effect(const struct effect *effect) {
    tell_pops(effect, 2, zset_ends);
}

/* BLMOVE source destination <LEFT | RIGHT> <LEFT | RIGHT> timeout */
static void blmove_effect(const struct effect *effect) {
    effect_say(effect, word("LMOVE"), effect_argument(effect, 1),
               effect_argument(effect, 2), effect_argument(effect, 3),
               effect_argument(effect, 4));
}

/* BRPOPLPUSH source destination timeout */
static void brpoplpush_effect(const struct effect *effect) {
    effect_say(effect, word("RPOPLPUSH"), effect_argument(effect, 1),
               effect_argument(effect, 2));
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
