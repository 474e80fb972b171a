/* Reads replies that this server has written itself, in RESP2. */
#ifndef REPLY_READER_H
#define REPLY_READER_H

#include <stdint.h>

#include "slice.h"

/* An item of a reply: a value, or the head of an array, whose items follow. */
struct reply_item {
    char kind;         /* '+', '-', ':', '$' or '*' */
    int64_t number;    /* of ':'; items of '*', or -1 */
    struct slice text; /* of '+', '-' and '$'; ptr is NULL for none */
};

/* Takes the first item off what is left of a reply. Returns false, and leaves
 * the item alone, when there is nothing left, or no item of RESP2. */
bool reply_read(struct slice *left, struct reply_item *item);

#endif
