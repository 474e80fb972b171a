/* The reader of manifests, under libFuzzer. What was read and is written must
 * be read as the same. */
#include <assert.h>
#include <stdlib.h>

#include "aof_manifest.h"
#include "file_fuzz.h"

static void check_same(const struct aof_manifest *one,
                       const struct aof_manifest *other) {
    assert(one->count == other->count);
    for (size_t i = 0; i < one->count; i++) {
        assert(strcmp(one->files[i].name, other->files[i].name) == 0);
        assert(one->files[i].sequence == other->files[i].sequence);
        assert(one->files[i].kind == other->files[i].kind);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct aof_manifest manifest, again;
    int line = 0;
    char *text = file_fuzz_copy(data, size);
    const char *wrong = aof_manifest_parse(&manifest, text, size, &line);
    free(text);
    if (wrong != NULL) {
        assert(line > 0 && wrong[0] != '\0');
        return 0;
    }
    struct buf out = {0};
    aof_manifest_write(&manifest, &out);
    if (buf_len(&out) > 0) {
        text = file_fuzz_copy(buf_bytes(&out), buf_len(&out));
        wrong = aof_manifest_parse(&again, text, buf_len(&out), &line);
        assert(wrong == NULL);
        check_same(&manifest, &again);
        free(text);
        aof_manifest_free(&again);
    }
    buf_free(&out);
    aof_manifest_free(&manifest);
    return 0;
}
