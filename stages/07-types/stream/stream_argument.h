/* Arguments of stream commands. Each function returns false, after the error
 * reply, if the argument is not valid. */
#ifndef STREAM_ARGUMENT_H
#define STREAM_ARGUMENT_H

#include "client.h"
#include "stream.h"

/* Reads an ID. A missing second part counts as 0. */
bool stream_argument_id(struct client *client, struct slice argument,
                        struct stream_id *id);

/* Returns the number of the first argument, from this one on, that is not an
 * ID. */
size_t stream_argument_ids(const struct request *request, size_t first);

/* Reads an ID, or "-" or "+", the smallest and the greatest of all. */
bool stream_argument_edge(struct client *client, struct slice argument,
                          struct stream_id *id);

/* Read the ends of an interval. They are as before, but "(" in front excludes
 * the ID itself, and if the second part of an ID is missing, it is the first of
 * its millisecond or, at the end, the last. */
bool stream_argument_start(struct client *client, struct slice argument,
                           struct stream_id *id);
bool stream_argument_end(struct client *client, struct slice argument,
                         struct stream_id *id);

/* The options of XADD and XTRIM, and XADD's ID. */
struct stream_options {
    struct stream_trim trim;
    bool only_if_there; /* NOMKSTREAM */
    bool any_id;        /* "*" */
    bool any_seq;       /* "ms-*" */
    struct stream_id id;
    size_t next; /* the number of the argument behind them */
};

bool stream_argument_options(struct client *client,
                             const struct request *request, bool adds,
                             struct stream_options *options);

#endif
