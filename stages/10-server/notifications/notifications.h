/* Notifications: what happens to keys is published.
 *
 *     SET fruit apple     in database 0, with notify-keyspace-events KEA
 *
 *     channel __keyspace@0__:fruit    message "set"
 *     channel __keyevent@0__:set      message "fruit"
 *
 * Commands name the event when they change a key (keyspace.h). Here it becomes
 * a message on two channels, if the setting includes its class. While the
 * setting is empty, an event costs one comparison. */
#ifndef NOTIFICATIONS_H
#define NOTIFICATIONS_H

#include "event_classes.h"
#include "keyspace.h"

/* The classes that are published. */
extern unsigned notification_classes;

/* Publishes an event, such as "$set", if its class is included. */
void notifications_tell(const struct key *key, const char *event);

/* To be called for each event of a key; NULL for one that is not announced. */
static inline void notifications_key_event(const struct key *key,
                                           const char *event) {
    if (notification_classes != 0 && event != NULL)
        notifications_tell(key, event);
}

#endif
