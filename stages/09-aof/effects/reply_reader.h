/* Reads replies that this server has written itself. */
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

/* Takes the first item from what is left of a reply. Returns false, and leaves
 * the item alone, if nothing is left or the item is not valid. */
bool reply_read(struct slice *left, struct reply_item *item);

/* Takes a key of reply_by_key(), with the head of its pair. */
bool reply_read_keyed(struct slice *left, struct reply_item *key);

/* In reply_head.c. Reads the line with which an item begins, after its type.
 * For '$' the length becomes the number. Returns false if there is no such
 * item. */
bool reply_read_head(char type, struct slice line, struct reply_item *item);

#endif
