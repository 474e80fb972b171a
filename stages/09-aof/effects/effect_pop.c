/* Effects of commands that take elements. The server chose the key, the moment
 * or the members, and the effect names them. */
#include <stdlib.h>

#include "effect.h"
#include "effect_gone.h"
#include "pop_arguments.h"
#include "reply_reader.h"
#include "xalloc.h"

/* Returns the key that elements were taken from: the reply begins with it. */
static struct slice answered_key(struct slice *left) {
    struct reply_item key = {0};
    (void)reply_read_keyed(left, &key);
    return key.text;
}

/* BLPOP key [key ...] timeout and its like */
static void pop_effect(const struct effect *effect) {
    struct slice left = effect->reply;
    effect_say(effect, word(effect->row->as), answered_key(&left));
}

/* A word that chooses an end, and the command that pops from that end. */
struct pop_end {
    const char *word, *command;
};

static const struct pop_end list_ends[] = {{"left", "LPOP"}, {"right", "RPOP"}};
static const struct pop_end zset_ends[] = {{"min", "ZPOPMIN"},
                                           {"max", "ZPOPMAX"}};

/* Propagates a pop of as many elements as the reply has behind the key. The
 * arguments of a command that may block begin with its timeout. */
static void tell_pops(const struct effect *effect,
                      const struct pop_end ends[static 2]) {
    struct pop_arguments pop;
    size_t first = effect->command->flags & CMD_BLOCKING ? 2 : 1;
    if (!pop_arguments(effect->client, effect->request, first, ends[0].word,
                       ends[1].word, &pop))
        return;
    char digits[NUMBER_I64_MAX_TEXT];
    struct slice left = effect->reply;
    struct slice key = answered_key(&left);
    struct reply_item array = {0};
    (void)reply_read(&left, &array);
    /* The count, too, is that of the reply: COUNT may have asked for more. */
    effect_say(effect, word(ends[pop.second].command), key,
               word_number(array.number, digits));
}

/* [B]LMPOP [timeout] numkeys key [key ...] <LEFT | RIGHT> [COUNT count] */
static void lmpop_effect(const struct effect *effect) {
    tell_pops(effect, list_ends);
}

/* [B]ZMPOP [timeout] numkeys key [key ...] <MIN | MAX> [COUNT count] */
static void zmpop_effect(const struct effect *effect) {
    tell_pops(effect, zset_ends);
}

/* BLMOVE source destination <LEFT | RIGHT> <LEFT | RIGHT> timeout
 * BRPOPLPUSH source destination timeout */
static void move_effect(const struct effect *effect) {
    struct slice words[5] = {word(effect->row->as)};
    size_t count = effect->request->argc - 1; /* without the timeout */
    for (size_t i = 1; i < count; i++)
        words[i] = effect_argument(effect, i);
    propagate(effect->database, words, count);
}

/* SPOP key [count]
 *
 * The members in the reply are removed. If they were all, the key is
 * deleted. */
static void spop_effect(const struct effect *effect) {
    struct slice left = effect->reply, key = effect_argument(effect, 1);
    struct reply_item item;
    if (!reply_read(&left, &item))
        return;
    if (item.kind == '$') {
        effect_say(effect, word("SREM"), key, item.text);
        return;
    }
    if (effect_entry(effect, key) == NULL) {
        effect_say_emptied(effect, key);
        return;
    }
    size_t count = item.number > 0 ? (size_t)item.number : 0;
    struct slice *words = xmalloc((2 + count) * sizeof *words);
    words[0] = word("SREM");
    words[1] = key;
    for (size_t i = 0; i < count && reply_read(&left, &item); i++)
        words[2 + i] = item.text;
    propagate(effect->database, words, 2 + count);
    free(words);
}

const struct effect_row pop_effects[] = {
    {"blpop", pop_effect, "LPOP"},
    {"brpop", pop_effect, "RPOP"},
    {"bzpopmin", pop_effect, "ZPOPMIN"},
    {"bzpopmax", pop_effect, "ZPOPMAX"},
    {"lmpop", lmpop_effect},
    {"blmpop", lmpop_effect},
    {"zmpop", zmpop_effect},
    {"bzmpop", zmpop_effect},
    {"blmove", move_effect, "LMOVE"},
    {"brpoplpush", move_effect, "RPOPLPUSH"},
    {"spop", spop_effect},
    {0},
};
