/* The loader of append-only files, under libFuzzer: commands, perhaps behind
 * an RDB.
 *
 * A file that is cut is good up to some byte: cut off there, it must load whole
 * and give the same data, since that is what the server does to it. A
 * transaction of which no end came has not run. */
#include <assert.h>
#include <stdlib.h>

#include "aof_load.h"
#include "config.h"
#include "digest.h"
#include "file_fuzz.h"

/* Loads a copy of so many bytes; what the load then knows is in *load. */
static struct digest load_bytes(struct aof_load *load, const uint8_t *data,
                                size_t size) {
    file_fuzz_begin();
    char *bytes = file_fuzz_copy(data, size);
    aof_load_start(load, bytes, size);
    while (!aof_load_some(load, 7))
        continue;
    aof_load_free(load);
    free(bytes);
    return digest_of_data();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct aof_load load;
    config.rdbchecksum = false;
    struct digest digest = load_bytes(&load, data, size);
    assert(load.end != AOF_WHOLE);
    assert(load.good <= size);
    assert(load.end != AOF_NOTHING_LEFT || load.good <= load.at);
    assert(load.end == AOF_NOTHING_LEFT || load.reason[0] != '\0');
    if (load.end == AOF_CUT) {
        struct aof_load again;
        struct digest same = load_bytes(&again, data, load.good);
        assert(again.end == AOF_NOTHING_LEFT);
        assert(memcmp(&digest, &same, sizeof digest) == 0);
    }
    file_fuzz_use_all();
    return 0;
}
