/* The categories of access control to which a command belongs. */
#ifndef COMMAND_CATEGORIES_H
#define COMMAND_CATEGORIES_H

#include "slice.h"

struct command;

enum command_category {
    CATEGORY_KEYSPACE = 1 << 0,
    CATEGORY_READ = 1 << 1,
    CATEGORY_WRITE = 1 << 2,
    CATEGORY_SET = 1 << 3,
    CATEGORY_SORTEDSET = 1 << 4,
    CATEGORY_LIST = 1 << 5,
    CATEGORY_HASH = 1 << 6,
    CATEGORY_STRING = 1 << 7,
    CATEGORY_BITMAP = 1 << 8,
    CATEGORY_HYPERLOGLOG = 1 << 9,
    CATEGORY_GEO = 1 << 10,
    CATEGORY_STREAM = 1 << 11,
    CATEGORY_PUBSUB = 1 << 12,
    CATEGORY_ADMIN = 1 << 13,
    CATEGORY_FAST = 1 << 14,
    CATEGORY_SLOW = 1 << 15,
    CATEGORY_BLOCKING = 1 << 16,
    CATEGORY_DANGEROUS = 1 << 17,
    CATEGORY_CONNECTION = 1 << 18,
    CATEGORY_TRANSACTION = 1 << 19,
    CATEGORY_SCRIPTING = 1 << 20 /* of none, as long as there are no scripts */
};

/* The names of the categories, "@keyspace" and so on, by their bits; NULL after
 * the last. */
extern const char *const category_names[];

/* Returns the category of that name without the @, whatever its case; 0 if
 * there is none. */
unsigned category_find(struct slice name);

/* Returns the bits of all categories of the command. */
unsigned command_categories(const struct command *command);

#endif
