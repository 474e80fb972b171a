#include "client_find.h"

struct client *client_find(uint64_t id) {
    for (struct conn *conn = conn_first(); conn != NULL; conn = conn->next) {
        struct client *client = conn->app;
        if (client->id == id)
            return client;
    }
    return NULL;
}
