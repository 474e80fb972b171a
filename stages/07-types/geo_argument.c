#include "geo_argument.h"

#include <stdio.h>

#include "reply.h"
#include "score.h"

bool argument_point(struct client *client, const struct slice *words,
                    struct geo_point *point) {
    if (!score_parse(words[0], &point->longitude) ||
        !score_parse(words[1], &point->latitude)) {
        reply_error(client, "ERR value is not a valid float");
        return false;
    }
    if (geo_point_is_good(*point))
        return true;
    reply_errorf(client, "ERR invalid longitude,latitude pair %f,%f",
                 point->longitude, point->latitude);
    return false;
}

bool argument_unit(struct client *client, struct slice word, double *metres) {
    static const struct {
        const char *name;
        double metres;
    } units[] = {{"m", 1}, {"km", 1000}, {"ft", 0.3048}, {"mi", 1609.34}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (slice_is(word, units[i].name)) {
            *metres = units[i].metres;
            return true;
        }
    reply_error(client,
                "ERR unsupported unit provided. please use M, KM, FT, MI");
    return false;
}

bool geo_member(const struct zset *zset, struct slice member,
                struct geo_point *point) {
    double score;
    if (zset == NULL || !zset_score(zset, member, &score))
        return false;
    *point = geohash_decode(score);
    return true;
}

static void reply_decimal(struct client *client, double value) {
    char text[NUMBER_DECIMAL_MAX_TEXT];
    reply_bulk(client, text, format_decimal(text, value));
}

void geo_reply_point(struct client *client, struct geo_point point) {
    reply_array(client, 2);
    reply_decimal(client, point.longitude);
    reply_decimal(client, point.latitude);
}

void geo_reply_distance(struct client *client, double distance) {
    char text[330]; /* the largest double has 309 digits before the point */
    int len = snprintf(text, sizeof text, "%.4f", distance);
    reply_bulk(client, text, (size_t)len);
}
