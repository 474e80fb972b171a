#include "bulk_limit.h"

#include "log.h"

int64_t bulk_limit_setting = RESP_BULK_MAX;
int64_t bulk_limit_applied = RESP_BULK_MAX;

void bulk_limit_apply(void) {
    if (bulk_limit_setting > RESP_BULK_MAX)
        log_warn("proto-max-bulk-len is more than 512 MiB, which remains the "
                 "most that an argument or a string may have");
    bulk_limit_applied =
        bulk_limit_setting < RESP_BULK_MAX ? bulk_limit_setting : RESP_BULK_MAX;
}
