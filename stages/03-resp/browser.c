#include "browser.h"

#include "address.h"
#include "log.h"

void browser_leave(struct client *client, struct slice name) {
    static int64_t said_us;
    /* The first word of a line is taken for the name of a command. */
    if (!slice_is(name, "post") && !slice_is(name, "host:"))
        return;
    if (log_due(&said_us)) {
        char address[ADDRESS_MAX];
        address_of_peer(client->conn->watch.fd, address);
        log_warn("possible security attack: %s sends HTTP (POST or Host:), "
                 "perhaps for a web page that wants to run commands here: "
                 "closed",
                 address);
    }
    client_drop(client);
}
