/* The loader of RDB files, under libFuzzer. The checksum is not looked at, or
 * hardly an input would come further than to its end. What was loaded is used;
 * a refusal must say where and why. */
#include <assert.h>
#include <stdlib.h>

#include "file_fuzz.h"
#include "rdb_load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    file_fuzz_begin();
    void *bytes = file_fuzz_copy(data, size);
    struct rdb_load load;
    rdb_load_start(&load, bytes, size);
    load.check = false;
    load.now_ms = 1700000000000;
    while (!load.reader.wrong && !rdb_load_some(&load, 3))
        continue;
    assert(load.reader.wrong || load.ended);
    assert(!load.reader.wrong ||
           (load.reader.wrong_at <= size && load.reader.reason[0] != '\0'));
    rdb_load_free(&load);
    free(bytes);
    file_fuzz_use_all();
    return 0;
}
