#include "buf_text.h"

#include <stdio.h>

void buf_text_print(struct buf *out, const char *format, va_list args) {
    enum { ROOM = 512 }; /* enough for nearly all */
    /* Reading arguments uses them up, so a second attempt has its own. */
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(buf_reserve(out, ROOM), ROOM, format, args);
    size_t size = len > 0 ? (size_t)len : 0;
    if (size >= ROOM)
        (void)vsnprintf(buf_reserve(out, size + 1), size + 1, format, again);
    buf_commit(out, size);
    va_end(again);
}

void buf_text_format(struct buf *out, const char *format, ...) {
    va_list args;
    va_start(args, format);
    buf_text_print(out, format, args);
    va_end(args);
}
