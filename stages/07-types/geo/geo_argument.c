#include "geo_argument.h"

#include <math.h>

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
    reply_double(client, text, format_decimal(text, value));
}

void geo_reply_point(struct client *client, struct geo_point point) {
    reply_array(client, 2);
    reply_decimal(client, point.longitude);
    reply_decimal(client, point.latitude);
}

/* Writes four digits behind the point. As in Redis, a half is rounded to the
 * even digit, even where printf would find that it is a little more than a
 * half. */
void geo_reply_distance(struct client *client, double distance) {
    enum { DIGITS = 4, ONE = 10000 };
    char text[NUMBER_I64_MAX_TEXT + 1 + DIGITS];
    /* llrint() rounds a half to even. The longest distance on the earth
     * fits. */
    int64_t parts = llrint(distance * ONE);
    size_t len = format_i64(text, parts / ONE);
    text[len] = '.';
    int64_t rest = parts % ONE;
    for (size_t i = DIGITS; i > 0; i--, rest /= 10)
        text[len + i] = (char)('0' + rest % 10);
    reply_bulk(client, text, len + 1 + DIGITS);
}
