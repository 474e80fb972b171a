#include "scan_found.h"

#include <string.h>

#include "reply.h"

void scan_found_add(struct scan_found *found, struct slice element) {
    size_t len = element.len;
    buf_append(&found->bytes, &len, sizeof len);
    buf_append(&found->bytes, element.ptr, len);
    found->count++;
}

void scan_found_reply(struct client *client, struct scan_found *found,
                      void (*head)(struct client *client, size_t count)) {
    head(client, found->count);
    char *at = found->count > 0 ? buf_bytes(&found->bytes) : NULL;
    for (size_t i = 0; i < found->count; i++) {
        size_t len;
        memcpy(&len, at, sizeof len);
        reply_bulk(client, at + sizeof len, len);
        at += sizeof len + len;
    }
    buf_free(&found->bytes);
    found->count = 0;
}
