/* Entries whose value is an object: a structure that belongs to its type. */
#ifndef ENTRY_OBJECT_H
#define ENTRY_OBJECT_H

#include "entry.h"

/* Makes an entry that owns the object, which lies in the same heap. */
struct entry *entry_new_object(struct heap *heap, struct slice key,
                               enum type type, void *object);

/* Returns the object of an entry that has one. */
void *entry_object(const struct entry *entry);
/* Notes that the object has moved. */
void entry_set_object(struct entry *entry, void *object);

#endif
