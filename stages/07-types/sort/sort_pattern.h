/* The patterns of SORT's BY and GET: they name the key whose value belongs to a
 * member.
 *
 *     weight_*      the member replaces the star: a key with a string
 *     object_*->f   a key with a hash, and a field of it
 *     #             the member itself */
#ifndef SORT_PATTERN_H
#define SORT_PATTERN_H

#include "client.h"
#include "keyspace.h"

/* A pattern, taken apart once for all members. */
struct sort_pattern {
    bool is_member; /* it is # */
    bool varies;    /* it has a star, so each member names another key */
    struct slice before, behind; /* what stands around the star */
    struct slice field;          /* empty if it names none */
};

struct sort_pattern sort_pattern_parse(struct slice pattern);

/* Room for the name of a key, and for a value that is a number. One serves all
 * members; the name is freed in the end. */
struct sort_place {
    struct buf name;
    char scratch[NUMBER_I64_MAX_TEXT];
};

/* Finds the value that belongs to a member. Returns false if there is none. The
 * value is good until keys change, or until the next is looked for. */
bool sort_pattern_find(struct client *client,
                       const struct sort_pattern *pattern, struct slice member,
                       struct sort_place *place, struct slice *value);

#endif
