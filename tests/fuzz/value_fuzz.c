/* Values in RDB's forms, as in the payloads of RESTORE, under libFuzzer: a byte
 * for the type, and what follows it. What is let in is used. */
#include <assert.h>
#include <stdlib.h>

#include "file_fuzz.h"
#include "keyspace.h"
#include "rdb_value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1)
        return 0;
    file_fuzz_begin();
    void *bytes = file_fuzz_copy(data + 1, size - 1);
    struct rdb_reader reader;
    rdb_reader_init(&reader, bytes, size - 1);
    struct entry *entry = rdb_read_value(&reader, data[0], keyspace_heap(),
                                         file_fuzz_text("key"));
    assert(entry == NULL || !reader.wrong);
    assert(!reader.wrong ||
           (reader.wrong_at <= size && reader.reason[0] != '\0'));
    free(bytes);
    if (entry != NULL) {
        file_fuzz_add(entry);
        file_fuzz_use(file_fuzz_text("key"));
    }
    return 0;
}
