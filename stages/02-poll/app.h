/* The application: what the connections are for.
 *
 * conn.c and server.c carry bytes; what they mean is the affair of the one
 * application that is linked in. It implements these five calls. */
#ifndef APP_H
#define APP_H

#include <stddef.h>

struct conn;

/* To be called before the first connection and after the last. */
void app_start(void);
void app_stop(void);

/* A connection was accepted. conn->app is the application's to use. */
void app_open(struct conn *conn);

/* Bytes came: those not consumed before, then the new ones. Returns the number
 * of bytes that are consumed. The rest is offered again with more behind it,
 * or, if conn_full() stopped the application, as soon as there is room for
 * replies. The bytes may be changed in place. */
size_t app_input(struct conn *conn, char *bytes, size_t len);

/* The connection is over: forget it. Called exactly once for each. */
void app_close(struct conn *conn);

#endif
