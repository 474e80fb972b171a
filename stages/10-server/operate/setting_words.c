#include "setting_words.h"

bool setting_words_next(struct setting_words *words, struct slice *word) {
    for (; words->argument < words->count; words->argument++, words->at = 0) {
        struct slice text = words->arguments[words->argument];
        while (words->at < text.len && text.ptr[words->at] == ' ')
            words->at++;
        if (words->at == text.len)
            continue;
        size_t start = words->at;
        while (words->at < text.len && text.ptr[words->at] != ' ')
            words->at++;
        *word = (struct slice){text.ptr + start, words->at - start};
        return true;
    }
    return false;
}
