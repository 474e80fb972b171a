/* The names that clients give themselves, for their line in CLIENT LIST. */
#ifndef CLIENT_TEXT_H
#define CLIENT_TEXT_H

#include <stdbool.h>

#include "client.h"
#include "slice.h"

/* Returns true if the text can stand in such a line: printable, no spaces. */
bool client_valid_text(struct slice text);
#define CLIENT_BAD_NAME \
    "ERR Client names cannot contain spaces, newlines or special characters."

/* Makes *field a copy of the bytes with a NUL, or NULL if there are no bytes.
 */
void client_set_text(char **field, struct slice text);

/* Frees what the client has told, when it leaves. */
void client_text_free(struct client *client);

#endif
