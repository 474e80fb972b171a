/* The clients that are connected, by their ids. It does not own them. */
#ifndef CLIENT_TABLE_H
#define CLIENT_TABLE_H

#include <stdint.h>

struct client;

void client_table_add(struct client *client);
void client_table_remove(const struct client *client);

/* The client with that id, or NULL. O(1). */
struct client *client_table_find(uint64_t id);

#endif
