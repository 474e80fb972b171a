/* The words of a setting that takes several. In a line of the file they are
 * several arguments, and in CONFIG SET one argument with a blank between them.
 * This reads both in the same way. Two blanks in a row have an empty word
 * between them, and an empty argument is an empty word. */
#ifndef SETTING_WORDS_H
#define SETTING_WORDS_H

#include <stdbool.h>

#include "slice.h"

struct setting_words {
    const struct slice *arguments;
    size_t count;
    size_t argument, at; /* where the next word is looked for */
};

/* Takes the next word. Returns false after the last. */
bool setting_words_next(struct setting_words *words, struct slice *word);

#endif
