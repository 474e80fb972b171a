/* A replica's reports to its primary:
 *
 *     REPLCONF ACK 4711               4711 bytes of the history are applied
 *     REPLCONF ACK 4711 FACK 4600     and 4600 of them are in the log on disk
 *
 * A replica with an append-only file sends the second form. */
#ifndef ACKNOWLEDGEMENT_H
#define ACKNOWLEDGEMENT_H

#include "buf.h"

/* The data belong to another history now, of which nothing is known to be on
 * disk. */
void acknowledgement_begin(void);

/* Appends the request. */
void acknowledgement_write(struct buf *out);

#endif
