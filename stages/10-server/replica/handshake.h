/* The handshake of a replica with its primary, as lines that are received and
 * requests that are sent.
 *
 *     replica                               primary
 *     PING                                  +PONG, or an error that means that
 *                                           a password is needed
 *     AUTH [user] password                  +OK
 *     REPLCONF listening-port 6380          +OK, or an error, which is ignored
 *     REPLCONF ip-address 10.0.0.7          +OK, likewise
 *     REPLCONF capa eof capa psync2         +OK, likewise
 *     PSYNC id offset [FAILOVER]            +FULLRESYNC id offset
 *                                           +CONTINUE [id]
 *                                           -NOMASTERLINK or -LOADING: later
 *                                           another error: it knows no PSYNC
 *     SYNC
 *
 * AUTH and REPLCONF are sent together, and PSYNC when they have been answered.
 * A primary that is busy sends empty lines to show that it is alive. This
 * module has no socket: the owner of the connection hands over the lines that
 * come and sends the requests. */
#ifndef HANDSHAKE_H
#define HANDSHAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "identity.h"
#include "slice.h"

/* What the replica says about itself. Texts that are NULL are left out. */
struct handshake_wishes {
    const char *user;
    struct slice password;
    const char *ip; /* under which others reach it, if it knows better */
    int64_t port;
    const char *id; /* the history that it has; NULL: none */
    int64_t offset; /* its bytes of that history */
    bool failover;  /* the other one is to become a primary */
};

enum handshake_step {
    HANDSHAKE_PING,
    HANDSHAKE_AUTH,
    HANDSHAKE_PORT,
    HANDSHAKE_IP,
    HANDSHAKE_CAPA,
    HANDSHAKE_PSYNC,
    HANDSHAKE_ENDED
};

struct handshake {
    enum handshake_step step;       /* whose reply comes next */
    bool left_out[HANDSHAKE_ENDED]; /* steps that were not asked */
    /* From the reply to PSYNC: the history, or an empty text if it was not
     * given, and the offset of the data that follow. */
    char id[IDENTITY_LEN + 1];
    int64_t offset;
};

enum handshake_outcome {
    HANDSHAKE_GOES_ON,
    HANDSHAKE_FULL,     /* all data follow */
    HANDSHAKE_CONTINUE, /* the history goes on where the replica is */
    HANDSHAKE_UNKNOWN,  /* no PSYNC there: SYNC was sent, all data follow */
    HANDSHAKE_LATER,    /* the primary cannot at the moment */
    HANDSHAKE_FAILED    /* the line says why */
};

/* Begins a handshake, and appends to out what must be sent first. */
void handshake_start(struct handshake *handshake, struct buf *out);

/* Takes a line, without its end, and appends to out what must be sent next. The
 * wishes may change from line to line; each is looked at when it is sent. */
enum handshake_outcome handshake_line(struct handshake *handshake,
                                      const struct handshake_wishes *wishes,
                                      struct slice line, struct buf *out);

#endif
