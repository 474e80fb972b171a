/* The arguments of commands that pop from one of several keys, whatever type
 * they pop from. */
#ifndef POP_ARGUMENTS_H
#define POP_ARGUMENTS_H

#include "client.h"

/* One of two words, such as LEFT or RIGHT; *second says which. They are lower
 * case. Returns false after the error reply. */
bool argument_either(struct client *client, struct slice argument,
                     const char *first_word, const char *second_word,
                     bool *second);

struct pop_arguments {
    const struct slice *keys;
    size_t key_count;
    bool second;   /* the second of the two words stands behind the keys */
    int64_t count; /* pop at most so many */
};

/* Reads numkeys key [key ...] <first word | second word> [COUNT count], which
 * begins with argument number first. Returns false after the error reply. */
bool pop_arguments(struct client *client, const struct request *request,
                   size_t first, const char *first_word,
                   const char *second_word, struct pop_arguments *pop);

#endif
