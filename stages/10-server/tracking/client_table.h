/* All clients, by their ids, so that client_find() costs O(1). The table does
 * not own them. */
#ifndef CLIENT_TABLE_H
#define CLIENT_TABLE_H

struct client;

void client_table_add(struct client *client);
void client_table_remove(const struct client *client);

#endif
