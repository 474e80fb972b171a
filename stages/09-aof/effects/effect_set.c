/* Effects of what chance chose. */
#include <stdlib.h>

#include "effect.h"
#include "reply_reader.h"
#include "xalloc.h"

/* SPOP key [count]: the members that were answered are removed */
static void spop_effect(const struct effect *effect) {
    struct slice left = effect->reply;
    struct reply_item item;
    if (!reply_read(&left, &item))
        return;
    if (item.kind == '$') {
        effect_say(effect, word("SREM"), effect_argument(effect, 1), item.text);
        return;
    }
    size_t count = item.number > 0 ? (size_t)item.number : 0;
    struct slice *words = xmalloc((2 + count) * sizeof *words);
    words[0] = word("SREM");
    words[1] = effect_argument(effect, 1);
    for (size_t i = 0; i < count && reply_read(&left, &item); i++)
        words[2 + i] = item.text;
    propagate(effect->database, words, 2 + count);
    free(words);
}

const struct effect_row set_effects[] = {
    {"spop", spop_effect},
    {0},
};
