#include "words.h"

#include "resp_write.h"

void words_write(struct buf *out, const struct slice *words, size_t count) {
    resp_write_number(out, '*', (int64_t)count);
    for (size_t i = 0; i < count; i++)
        resp_write_bulk(out, words[i].ptr, words[i].len);
}
