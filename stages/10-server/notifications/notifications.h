/* Notifications: what happens to keys is published, for those who want to know.
 *
 *     SET fruit apple     in database 0, with notify-keyspace-events KEA
 *
 *     channel __keyspace@0__:fruit    message "set"
 *     channel __keyevent@0__:set      message "fruit"
 *
 * Commands say events where they change a key (keyspace.h); here they become
 * messages of two channels, if the setting asks for their class. As long as it
 * asks for none, an event costs a comparison. */
#ifndef NOTIFICATIONS_H
#define NOTIFICATIONS_H

#include "event_classes.h"
#include "keyspace.h"

/* The classes that are told. */
extern unsigned notification_classes;

/* Frees the memory, at the end of the program. */
void notifications_stop(void);

/* Tells an event, such as "$set", if its class is wanted. */
void notifications_tell(const struct key *key, const char *event);

/* Something happened to a key; the event is NULL if that is not announced. */
static inline void notifications_key_event(const struct key *key,
                                           const char *event) {
    if (notification_classes != 0 && event != NULL)
        notifications_tell(key, event);
}

#endif
