/* Text for the end of a buffer. */
#ifndef BUF_TEXT_H
#define BUF_TEXT_H

#include <stdarg.h>

#include "buf.h"

/* Appends a string; NULL is an empty one. */
static inline void buf_text(struct buf *out, const char *text) {
    if (text != NULL)
        buf_append(out, text, strlen(text));
}

/* Appends what printf() would write, however long that is. */
void buf_text_format(struct buf *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same with the arguments of a function that takes any number of them. */
void buf_text_print(struct buf *out, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

#endif
