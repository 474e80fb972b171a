/* The words of a setting that takes several.
 *
 * A line of the file has them as arguments, and CONFIG SET as one argument with
 * blanks between them: here they are the same. */
#ifndef SETTING_WORDS_H
#define SETTING_WORDS_H

#include <stdbool.h>

#include "slice.h"

struct setting_words {
    const struct slice *arguments;
    size_t count;
    size_t argument, at; /* where the next word is looked for */
};

/* Takes the next word. Returns false when there are no more. */
bool setting_words_next(struct setting_words *words, struct slice *word);

#endif
