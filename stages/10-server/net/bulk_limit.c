#include "bulk_limit.h"

int64_t bulk_limit_setting = RESP_BULK_MAX;
int64_t bulk_limit_applied = RESP_BULK_MAX;

void bulk_limit_apply(void) {
    bulk_limit_applied =
        bulk_limit_setting < RESP_BULK_MAX ? bulk_limit_setting : RESP_BULK_MAX;
}
