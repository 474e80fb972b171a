/* Requests of a web browser.
 *
 * A web page can make a browser send a request to any address that the browser
 * reaches, such as a server that listens on the loopback alone. The lines of
 * the request's head would be unknown commands, and those of its body would be
 * run:
 *
 *     POST / HTTP/1.1\r\n
 *     Host: localhost:6379\r\n
 *     \r\n
 *     ...\r\n
 *
 * No Redis client sends POST or Host:, and a browser sends at least one of them
 * before the body of a request. */
#ifndef BROWSER_H
#define BROWSER_H

#include "client.h"

/* Called with the name of an unknown command: drops the client if that name
 * shows it to be a browser. */
void browser_leave(struct client *client, struct slice name);

#endif
