#include "quoted.h"

#include <string.h>

#include "buf_text.h"

void quoted_append(struct buf *out, struct slice bytes) {
    static const char escaped[] = "\"\\\n\r\t\a\b", letters[] = "\"\\nrtab";
    buf_append(out, "\"", 1);
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char c = (unsigned char)bytes.ptr[i];
        const char *found = c != '\0' ? strchr(escaped, c) : NULL;
        if (found != NULL)
            buf_text_format(out, "\\%c", letters[found - escaped]);
        else if (c >= ' ' && c < 0x7f)
            buf_append(out, &c, 1);
        else
            buf_text_format(out, "\\x%02x", c);
    }
    buf_append(out, "\"", 1);
}
