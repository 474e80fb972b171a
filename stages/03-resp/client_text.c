#include "client_text.h"

#include <stdlib.h>

#include "xalloc.h"

bool client_valid_text(struct slice text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < '!' || text.ptr[i] > '~')
            return false;
    return true;
}

void client_set_text(char **field, struct slice text) {
    free(*field);
    *field = NULL;
    if (text.len == 0)
        return;
    *field = xmalloc(text.len + 1);
    memcpy(*field, text.ptr, text.len);
    (*field)[text.len] = '\0';
}

void client_text_free(struct client *client) {
    free(client->state.name);
    free(client->state.lib_name);
    free(client->state.lib_version);
}
