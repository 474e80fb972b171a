#include "setting_words.h"

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
