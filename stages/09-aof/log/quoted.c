#include "quoted.h"

#include <stdio.h>
#include <string.h>

void quoted_append(struct buf *out, struct slice bytes) {
    static const char escaped[] = "\"\\\n\r\t\a\b", letters[] = "\"\\nrtab";
    buf_append(out, "\"", 1);
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char c = (unsigned char)bytes.ptr[i];
        const char *found = c != '\0' ? strchr(escaped, c) : NULL;
        char text[5] = {'\\', 0};
        if (found != NULL) {
            text[1] = letters[found - escaped];
            buf_append(out, text, 2);
        } else if (c >= ' ' && c < 0x7f) {
            buf_append(out, &c, 1);
        } else {
            snprintf(text, sizeof text, "\\x%02x", c);
            buf_append(out, text, 4);
        }
    }
    buf_append(out, "\"", 1);
}
