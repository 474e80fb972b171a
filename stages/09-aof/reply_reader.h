/* Reads replies that this server has written itself: they are taken to be
 * right. */
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

/* Takes the first item off what is left of a reply. Returns false when there
 * is nothing left. */
bool reply_read(struct slice *left, struct reply_item *item);

#endif
