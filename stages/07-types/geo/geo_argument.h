/* Arguments of commands on places, and places as replies. A function that reads
 * an argument returns false after the error reply. */
#ifndef GEO_ARGUMENT_H
#define GEO_ARGUMENT_H

#include "client.h"
#include "geohash.h"
#include "zset.h"

/* longitude latitude */
bool argument_point(struct client *client, const struct slice *words,
                    struct geo_point *point);

/* M, KM, FT or MI, as a number of metres. */
bool argument_unit(struct client *client, struct slice word, double *metres);

/* Finds a member's place. Returns false if there is none; zset may be NULL. */
bool geo_member(const struct zset *zset, struct slice member,
                struct geo_point *point);

void geo_reply_point(struct client *client, struct geo_point point);
void geo_reply_distance(struct client *client, double distance);

#endif
