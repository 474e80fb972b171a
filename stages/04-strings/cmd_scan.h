/* What commands that look at a collection a part at a time have in common: the
 * cursor, and which elements are wanted, how many of them at a time. */
#ifndef CMD_SCAN_H
#define CMD_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client.h"
#include "slice.h"

struct scan_options {
    struct slice pattern;
    bool any;       /* the pattern fits all */
    uint64_t count; /* at least 1 */
};

/* All elements, ten at a time, of those that fit a pattern. */
struct scan_options scan_options_for(struct slice pattern);

/* Reads a cursor. Returns false after the error reply. */
bool scan_cursor(struct client *client, struct slice text, uint64_t *cursor);

/* Reads [MATCH pattern] [COUNT count], and [TYPE type] where the caller has a
 * place for that, which then is where the type's name stands, or NULL. Returns
 * false after an error reply. */
bool scan_options_parse(struct client *client, const struct slice *words,
                        size_t word_count, struct scan_options *options,
                        const struct slice **type);

/* Whether an element is among those that are wanted. */
bool scan_options_fit(const struct scan_options *options, struct slice element);

/* The head of the reply: the cursor that goes on. The elements, an array,
 * come next. */
void scan_reply_cursor(struct client *client, uint64_t cursor);

#endif
