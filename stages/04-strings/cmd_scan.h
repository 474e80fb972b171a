/* Looking at a collection a part at a time: its cursor, which elements are
 * wanted, and about how many of them one call looks at. */
#ifndef CMD_SCAN_H
#define CMD_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client.h"
#include "slice.h"

struct scan_options {
    struct slice pattern;
    uint64_t count; /* at least 1 */
};

/* Reads a cursor. Returns false after the error reply. */
bool scan_cursor(struct client *client, struct slice text, uint64_t *cursor);

/* Reads [MATCH pattern] [COUNT count], and [TYPE type] if the caller has a
 * place for it; *type is left alone where there is no such option. Returns
 * false after an error reply. */
bool scan_options_parse(struct client *client, const struct slice *words,
                        size_t word_count, struct scan_options *options,
                        const struct slice **type);

/* Returns true if an element is wanted. */
bool scan_options_fit(const struct scan_options *options, struct slice element);

/* Begins the reply with the cursor for the next call. An array of the elements
 * must follow. */
void scan_reply_cursor(struct client *client, uint64_t cursor);

#endif
