/* Patterns with wildcards, as KEYS, SCAN and COMMAND LIST take them.
 *
 *     *        any bytes, or none          h*llo     hllo, heeello
 *     ?        any one byte                h?llo     hello, hallo
 *     [abc]    one of these bytes          h[ae]llo  hello, hallo
 *     [a-z]    one byte of this range      h[a-b]llo hallo, hbllo
 *     [^a]     one byte that is not        h[^e]llo  hallo, hbllo
 *     \x       x itself, whatever it means otherwise
 *
 * A [ that is not closed reaches to the end of the pattern, and a \ at the end
 * stands for itself. */
#ifndef GLOB_H
#define GLOB_H

#include <stdbool.h>

#include "slice.h"

/* Returns true if the pattern matches the whole text. ignore_case concerns
 * ASCII letters only. It takes time O(pattern * text) at most, and no memory,
 * whoever chose the pattern. */
bool glob_match(struct slice pattern, struct slice text, bool ignore_case);

#endif
