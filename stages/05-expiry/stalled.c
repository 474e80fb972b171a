#include "stalled.h"

void stage_stalled(const char *event, int64_t us) {
    (void)event;
    (void)us;
}
