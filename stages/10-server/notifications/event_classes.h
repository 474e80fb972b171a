/* Classes of events, by the letters of notify-keyspace-events.
 *
 *     g any type   $ strings   l lists    s sets     h hashes   z sorted sets
 *     x expired    e evicted   t streams  d modules  n new      m missed
 *     A all of the first ten   K, E the channels on which they are published
 *
 * A set of classes is a number with a bit for each letter. */
#ifndef EVENT_CLASSES_H
#define EVENT_CLASSES_H

#include <stdbool.h>

#include "slice.h"

/* Room for the letters of any set, and a NUL. */
enum { EVENT_CLASSES_TEXT = 16 };

/* Returns the bit of a class, which must exist. */
unsigned event_class(char letter);

/* Reads the letters of a set, in any order. Returns false for a letter that
 * does not exist. */
bool event_classes_parse(struct slice letters, unsigned *classes);

/* Writes the letters in Redis's order. As in Redis, "n" is not shown beside
 * "A". */
void event_classes_text(unsigned classes, char text[EVENT_CLASSES_TEXT]);

#endif
