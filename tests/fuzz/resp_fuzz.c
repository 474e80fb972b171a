/* The request parser alone, under libFuzzer.
 *
 * The input is parsed twice: whole, and in pieces that end at places the first
 * bytes choose. Each time it lies at another address, in a block that ends
 * where it ends, so that AddressSanitizer sees a byte read too far. Both must
 * give the same requests and the same end. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "resp.h"

/* More than this, and whether a line is too long depends on how it comes. */
enum { INPUT_MAX = RESP_LINE_LIMIT };

/* What the requests were, as text of our own, and how it ended. */
struct outcome {
    struct buf said;
    enum resp_status status;
    char error[RESP_ERROR_SIZE];
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void note(struct outcome *outcome, const struct request *request) {
    buf_append(&outcome->said, &request->argc, sizeof request->argc);
    for (size_t i = 0; i < request->argc; i++) {
        struct slice arg = request->argv[i];
        buf_append(&outcome->said, &arg.len, sizeof arg.len);
        buf_append(&outcome->said, arg.ptr, arg.len);
    }
}

/* Parses what has come, and returns how many bytes whole requests took. */
static size_t parse(struct outcome *outcome, struct request *request,
                    char *bytes, size_t len) {
    size_t used = 0;
    while (used < len) {
        outcome->status =
            resp_parse(request, bytes + used, len - used, outcome->error);
        if (outcome->status != RESP_DONE)
            break;
        assert(request->size > 0 && request->size <= len - used);
        note(outcome, request);
        used += request->size;
        request_reset(request);
    }
    return used;
}

/* Hands the bytes over in pieces: a step of 0 means all at once. Steps are
 * taken from the front of a list, again and again. */
static void deliver(struct outcome *outcome, const uint8_t *data, size_t size,
                    const uint8_t *steps, size_t step_count) {
    struct request request = {0};
    char *kept = NULL;
    size_t kept_len = 0, came = 0;
    for (size_t turn = 0; came < size && outcome->status != RESP_WRONG;
         turn++) {
        size_t step = step_count > 0 ? steps[turn % step_count] % 32u + 1 : 0;
        if (step == 0 || step > size - came)
            step = size - came;
        char *bytes = malloc(kept_len + step);
        if (bytes == NULL)
            abort();
        if (kept_len > 0)
            memcpy(bytes, kept, kept_len);
        memcpy(bytes + kept_len, data + came, step);
        came += step;
        kept_len += step;
        size_t used = parse(outcome, &request, bytes, kept_len);
        /* The rest moves, as it does between a connection's buffers. */
        char *moved = malloc(kept_len - used + 1);
        if (moved == NULL)
            abort();
        memcpy(moved, bytes + used, kept_len - used);
        free(bytes);
        free(kept);
        kept = moved;
        kept_len -= used;
    }
    free(kept);
    request_free(&request);
}

static void check_same(const struct outcome *a, const struct outcome *b) {
    assert(a->status == b->status);
    assert(a->status != RESP_WRONG || strcmp(a->error, b->error) == 0);
    assert(buf_len(&a->said) == buf_len(&b->said));
    assert(buf_len(&a->said) == 0 ||
           memcmp(buf_bytes(&a->said), buf_bytes(&b->said),
                  buf_len(&a->said)) == 0);
}

/* The first byte says how many steps follow it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2 || size > INPUT_MAX)
        return 0;
    size_t steps = data[0] % 8u + 1;
    if (steps > size - 1)
        steps = size - 1;
    const uint8_t *input = data + 1 + steps;
    size_t len = size - 1 - steps;
    struct outcome whole = {0}, pieces = {0};
    deliver(&whole, input, len, NULL, 0);
    deliver(&pieces, input, len, data + 1, steps);
    check_same(&whole, &pieces);
    buf_free(&whole.said);
    buf_free(&pieces.said);
    return 0;
}
