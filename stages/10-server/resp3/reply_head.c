/* Reads items of both versions of the protocol. Those of version 3 are
 * reported as the items of version 2 that mean the same, so effects see no
 * difference. */
#include "number.h"
#include "reply_reader.h"

bool reply_read_head(char type, struct slice line, struct reply_item *item) {
    *item = (struct reply_item){.kind = type};
    switch (type) {
    case '+':
    case '-': item->text = line; return true;
    case ',':
        item->kind = '+';
        item->text = line;
        return true;
    case '_':
        /* A missing value is reported as a missing array, since neither has
         * text or items. */
        item->kind = '*';
        item->number = -1;
        return line.len == 0;
    case '~':
    /* The number of a map is that of its pairs. The only map that effects read,
     * reply_by_key(), has in version 2 one array for each of them. */
    case '%': item->kind = '*'; break;
    case ':':
    case '$':
    case '*': break;
    default: return false;
    }
    return parse_i64(line.ptr, line.len, &item->number);
}
