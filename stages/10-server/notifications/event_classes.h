/* Classes of events, by the letters that notify-keyspace-events has for them.
 *
 *     g any type   $ strings   l lists    s sets     h hashes   z sorted sets
 *     x expired    e evicted   t streams  d modules  n new      m missed
 *     A all of the first ten   K, E the channels on which they are told
 *
 * A set of classes is a number with a bit for each letter. */
#ifndef EVENT_CLASSES_H
#define EVENT_CLASSES_H

#include <stdbool.h>

#include "slice.h"

/* Room for the letters of any set, and a NUL. */
enum { EVENT_CLASSES_TEXT = 16 };

/* The bit of a class. There has to be one. */
unsigned event_class(char letter);

/* Reads the letters of a set, in any order. Returns false if one of them is
 * none. */
bool event_classes_parse(struct slice letters, unsigned *classes);

/* Writes the letters in the order in which Redis shows them. As there, "n" does
 * not show beside "A". */
void event_classes_text(unsigned classes, char text[EVENT_CLASSES_TEXT]);

#endif
