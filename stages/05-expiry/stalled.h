/* Work of the server's own, during which its clients wait. */
#ifndef STALLED_H
#define STALLED_H

#include <stdint.h>

/* In stage.c: it took that many microseconds. The name is that of the event in
 * Redis: "expire-cycle". To these, too, nobody listens before stage 10
 * (stalled.c). */
void stage_stalled(const char *event, int64_t us);

#endif
