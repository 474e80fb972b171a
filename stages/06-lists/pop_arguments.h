/* The arguments of commands that pop from the first of several keys that has
 * something, whatever its type is. */
#ifndef POP_ARGUMENTS_H
#define POP_ARGUMENTS_H

#include "client.h"

/* Reads one of two words, such as LEFT or RIGHT, and sets *second to true for
 * the second of them. They are in lower case. Returns false after the error
 * reply. */
bool argument_either(struct client *client, struct slice argument,
                     const char *first_word, const char *second_word,
                     bool *second);

struct pop_arguments {
    const struct slice *keys;
    size_t key_count;
    bool second;   /* the second of the two words stands behind the keys */
    int64_t count; /* the most to pop; 0: one, and not as an array */
};

/* Reads numkeys key [key ...] <first word | second word> [COUNT count], which
 * begins with argument number first. Returns false after the error reply. */
bool pop_arguments(struct client *client, const struct request *request,
                   size_t first, const char *first_word,
                   const char *second_word, struct pop_arguments *pop);

#endif
