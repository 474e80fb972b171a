/* Settings of Redis that are taken and shown, and change nothing. */
#ifndef SETTINGS_TAKEN_H
#define SETTINGS_TAKEN_H

/* Names in the log those that are not at their defaults, since whoever set them
 * may rely on what they do in Redis. */
void settings_taken_tell(void);

#endif
