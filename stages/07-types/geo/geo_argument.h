/* Arguments of commands about places, and places as replies. What reads an
 * argument returns false after the error reply. */
#ifndef GEO_ARGUMENT_H
#define GEO_ARGUMENT_H

#include "client.h"
#include "geohash.h"
#include "zset.h"

/* longitude latitude */
bool argument_point(struct client *client, const struct slice *words,
                    struct geo_point *point);

/* M, KM, FT or MI: how many metres that is. */
bool argument_unit(struct client *client, struct slice word, double *metres);

/* Whether there is such a member, and where. zset may be NULL. */
bool geo_member(const struct zset *zset, struct slice member,
                struct geo_point *point);

void geo_reply_point(struct client *client, struct geo_point point);
void geo_reply_distance(struct client *client, double distance);

#endif
