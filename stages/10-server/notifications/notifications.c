#include "notifications.h"

#include "buf_slice.h"
#include "buf_text.h"
#include "number.h"
#include "pubsub.h"
#include "settings.h"

unsigned notification_classes;

/* Publishes a message on "__KIND@DATABASE__:NAME". */
static void publish(const char *kind, int database, struct slice name,
                    struct slice message) {
    char number[NUMBER_I64_MAX_TEXT];
    struct buf channel = {0};
    buf_text(&channel, kind);
    buf_append(&channel, number, format_i64(number, database));
    buf_text(&channel, "__:");
    buf_append(&channel, name.ptr, name.len);
    struct slice whole = buf_slice(&channel);
    (void)pubsub_publish(TOPIC_CHANNEL, whole, message); /* perhaps to nobody */
    buf_free(&channel);
}

/* Without any subscriber the two channels need not be made. */
static bool somebody_listens(void) {
    return pubsub_topics(TOPIC_CHANNEL) + pubsub_topics(TOPIC_PATTERN) > 0;
}

void notifications_tell(const struct key *key, const char *event) {
    if (!(notification_classes & event_class(event[0])) || !somebody_listens())
        return;
    /* An event begins with the letter of its class. */
    struct slice name = slice_of(event + 1);
    if (notification_classes & event_class('K'))
        publish("__keyspace@", key->db->number, key->text, name);
    if (notification_classes & event_class('E'))
        publish("__keyevent@", key->db->number, name, key->text);
}

/* The setting. */

static const char *set_classes(const struct slice *words, size_t count) {
    if (count != 1)
        return "wrong number of arguments";
    return event_classes_parse(words[0], &notification_classes)
               ? NULL
               : "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.";
}

static void get_classes(struct buf *out) {
    char text[EVENT_CLASSES_TEXT];
    event_classes_text(notification_classes, text);
    buf_text(out, text);
}

const struct setting notification_settings[] = {
    {"notify-keyspace-events", SETTING_OWN, .set = set_classes,
     .get = get_classes,
     .help = "classes of events of keys that are published"},
    {0},
};
