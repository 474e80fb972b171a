/* The handshake of a replica with its primary, as lines that come and requests
 * that go.
 *
 *     replica                               primary
 *     PING                                  +PONG, or an error that means that
 *                                           a password is needed
 *     AUTH [user] password                  +OK
 *     REPLCONF listening-port 6380          +OK, or an error, which is no harm
 *     REPLCONF ip-address 10.0.0.7          +OK, likewise
 *     REPLCONF capa eof capa psync2         +OK, likewise
 *     PSYNC id offset [FAILOVER]            +FULLRESYNC id offset
 *                                           +CONTINUE [id]
 *                                           -NOMASTERLINK or -LOADING: later
 *                                           another error: it knows no PSYNC
 *     SYNC
 *
 * AUTH and REPLCONF go together, and PSYNC when they are answered. A primary
 * that is busy sends empty lines, which mean that it lives. Nothing here knows
 * of a socket: whoever has the connection hands over the lines, and sends what
 * comes of them. */
#ifndef HANDSHAKE_H
#define HANDSHAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "identity.h"
#include "slice.h"

/* What the replica says of itself. Texts that are NULL are left out. */
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
};

struct handshake {
    struct handshake_wishes wishes;
    enum handshake_step step; /* whose reply comes next */
    /* From the reply to PSYNC: the history, empty if it was not told, and its
     * offset that the data which follow stand for. */
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

/* Begins one; what is to be sent first is appended to out. The texts stay with
 * the caller until the handshake is over. */
void handshake_start(struct handshake *handshake,
                     const struct handshake_wishes *wishes, struct buf *out);

/* Takes a line, without its end, and appends to out what is to be sent now. */
enum handshake_outcome handshake_line(struct handshake *handshake,
                                      struct slice line, struct buf *out);

#endif
