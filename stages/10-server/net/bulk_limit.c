#include "bulk_limit.h"

#include "log.h"
#include "rdb_reader.h"

int64_t bulk_limit_setting = RESP_BULK_MAX;
int64_t bulk_limit_applied = RESP_BULK_MAX;

void bulk_limit_apply(void) {
    const int64_t most = RDB_STRING_MOST;
    if (bulk_limit_setting > most)
        log_warn("proto-max-bulk-len is more than 1536 MiB, which is the most "
                 "that an argument or a string may have");
    bulk_limit_applied = bulk_limit_setting < most ? bulk_limit_setting : most;
}
