/* Requests that the server itself composes from words: effects, and the
 * commands of a base.
 *
 *     propagate(0, WORDS(word("DEL"), key));
 *     words_write(&out, WORDS(word("SET"), key, value)); */
#ifndef WORDS_H
#define WORDS_H

#include "number.h"
#include "resp_write.h"
#include "slice.h"

static inline struct slice word(const char *text) {
    return slice_of(text);
}

static inline struct slice
word_number(int64_t value, char scratch[static NUMBER_I64_MAX_TEXT]) {
    return (struct slice){scratch, format_i64(scratch, value)};
}

/* Two arguments of a call: an array of words, and their number. */
#define WORDS(...)                 \
    (struct slice[]){__VA_ARGS__}, \
        sizeof((struct slice[]){__VA_ARGS__}) / sizeof(struct slice)

/* Appends these words as a request. */
static inline void words_write(struct buf *out, const struct slice *words,
                               size_t count) {
    resp_write_number(out, '*', (int64_t)count);
    for (size_t i = 0; i < count; i++)
        resp_write_bulk(out, words[i].ptr, words[i].len);
}

#endif
