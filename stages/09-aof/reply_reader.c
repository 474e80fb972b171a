#include "reply_reader.h"

#include <assert.h>

#include "number.h"

bool reply_read(struct slice *left, struct reply_item *item) {
    if (left->len == 0)
        return false;
    char *end = memchr(left->ptr, '\r', left->len);
    assert(end != NULL);
    *item = (struct reply_item){.kind = left->ptr[0]};
    struct slice line = {left->ptr + 1, (size_t)(end - left->ptr) - 1};
    size_t used = line.len + 3;
    if (item->kind == '+' || item->kind == '-') {
        item->text = line;
    } else {
        bool good = parse_i64(line.ptr, line.len, &item->number);
        assert(good);
        (void)good;
    }
    if (item->kind == '$' && item->number >= 0) {
        item->text = (struct slice){end + 2, (size_t)item->number};
        used += item->text.len + 2;
    }
    left->ptr += used;
    left->len -= used;
    return true;
}
