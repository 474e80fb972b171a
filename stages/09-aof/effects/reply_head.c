#include "number.h"
#include "reply_reader.h"

bool reply_read_head(char type, struct slice line, struct reply_item *item) {
    *item = (struct reply_item){.kind = type};
    if (type == '+' || type == '-') {
        item->text = line;
        return true;
    }
    return memchr(":$*", type, 3) != NULL &&
           parse_i64(line.ptr, line.len, &item->number);
}
