/* Work that the server does for itself while its clients wait. */
#ifndef STALLED_H
#define STALLED_H

#include <stdint.h>

/* Reports that such work took that many microseconds. The event has the name
 * that Redis gives it, such as "expire-cycle". Nobody listens before stage 10
 * (stalled.c). */
void stage_stalled(const char *event, int64_t us);

#endif
