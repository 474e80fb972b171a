#include "notifications.h"

#include <stdio.h>

#include "buf.h"
#include "command.h"
#include "pubsub.h"
#include "settings.h"

unsigned notification_classes;

/* By the numbers of commands: the command reads keys. */
static bool reads[COMMANDS_MAX];

/* Commands that may write, and read other keys than they change, or read a key
 * before they change it. The keys that the rest of them look for are those that
 * they change, and to find none there is no miss. */
static const char *const readers[] = {"bitfield",
                                      "bitop",
                                      "copy",
                                      "georadius",
                                      "georadiusbymember",
                                      "geosearchstore",
                                      "getdel",
                                      "getex",
                                      "getset",
                                      "pfmerge",
                                      "sdiffstore",
                                      "set",
                                      "sinterstore",
                                      "sort",
                                      "sunionstore",
                                      "xack",
                                      "xautoclaim",
                                      "xclaim",
                                      "xreadgroup",
                                      "zdiffstore",
                                      "zinterstore",
                                      "zrangestore",
                                      "zunionstore"};

void notifications_start(void) {
    const struct command *command;
    for (size_t i = 0; (command = command_numbered(i)) != NULL; i++)
        reads[i] = command->flags & CMD_READONLY;
    for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++) {
        struct slice name = {(char *)readers[i], strlen(readers[i])};
        reads[command_number(command_find(name))] = true;
    }
}

/* Telling. */

static struct buf channel; /* of the message that is being made */

void notifications_stop(void) {
    buf_free(&channel);
}

/* Publishes a message on "__KIND@DATABASE__:NAME". */
static void publish(const char *kind, int database, struct slice name,
                    struct slice message) {
    char head[32];
    int len = snprintf(head, sizeof head, "__%s@%d__:", kind, database);
    buf_consume(&channel, buf_len(&channel));
    buf_append(&channel, head, (size_t)len);
    buf_append(&channel, name.ptr, name.len);
    struct slice whole = {buf_bytes(&channel), buf_len(&channel)};
    (void)pubsub_publish(TOPIC_CHANNEL, whole, message); /* perhaps to nobody */
}

void notifications_tell(const struct key *key, const char *event) {
    if (!(notification_classes & event_class(event[0])))
        return;
    struct slice name = {(char *)event + 1, strlen(event + 1)};
    if (notification_classes & event_class('K'))
        publish("keyspace", key->db->number, key->text, name);
    if (notification_classes & event_class('E'))
        publish("keyevent", key->db->number, name, key->text);
}

void notifications_key_missed(const struct client *client,
                              const struct key *key) {
    if (reads[command_number(client->last_command)])
        notifications_key_changed(key, "mkeymiss");
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
    buf_append(out, text, strlen(text));
}

const struct setting notification_settings[] = {
    {"notify-keyspace-events", SETTING_OWN, .set = set_classes,
     .get = get_classes,
     .help = "classes of events of keys that are published"},
    {0},
};
