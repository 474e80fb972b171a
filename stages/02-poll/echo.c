/* The application of this stage: every byte goes back. */
#include "app.h"
#include "conn.h"

void app_start(void) {
}

void app_stop(void) {
}

void app_open(struct conn *conn) {
    (void)conn;
}

size_t app_input(struct conn *conn, char *bytes, size_t len) {
    buf_append(conn_out(conn), bytes, len);
    return len;
}

void app_close(struct conn *conn) {
    (void)conn;
}
