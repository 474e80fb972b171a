/* The order of texts, for SORT ALPHA. */
#ifndef SORT_TEXT_H
#define SORT_TEXT_H

#include <stdbool.h>

#include "slice.h"

/* Returns less than 0, 0, or more than 0. The order of a result that is stored
 * is that of the bytes. That of another is, too, before stage 10, where it
 * depends on the locale. Each text has a NUL behind it. */
int sort_text_compare(struct slice a, struct slice b, bool stored);

#endif
