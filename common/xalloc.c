#include "xalloc.h"

#include <stdlib.h>
#include <string.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "log.h"

void xalloc_start(void) {
#ifdef __GLIBC__
    enum { LARGE = 128 * 1024, SPARE = 2 << 20 };
    /* Refused or not, the program runs; xalloc.h says what each is for. */
    (void)mallopt(M_MMAP_THRESHOLD, LARGE);
    (void)mallopt(M_TRIM_THRESHOLD, SPARE);
    (void)mallopt(M_MXFAST, 0);
#endif
}

static void *or_abort(void *memory, size_t size) {
    /* For no bytes at all, NULL is a good answer. */
    if (memory == NULL && size != 0) {
        log_error("out of memory: %zu bytes asked for", size);
        abort();
    }
    return memory;
}

void *xmalloc(size_t size) {
    return or_abort(malloc(size), size);
}

void *xcalloc(size_t count, size_t size) {
    /* If the product overflows, calloc fails, and the message shows the size of
     * one element. */
    return or_abort(calloc(count, size), count != 0 ? size : 0);
}

void *xrealloc(void *old, size_t size) {
    return or_abort(realloc(old, size), size);
}

char *xstrndup(const char *text, size_t len) {
    return or_abort(strndup(text, len), len + 1);
}
