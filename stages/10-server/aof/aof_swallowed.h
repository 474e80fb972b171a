/* Commands of an append-only file that were swallowed by a wrong length. */
#ifndef AOF_SWALLOWED_H
#define AOF_SWALLOWED_H

#include "aof_request.h"

/* Returns true if a command that extends beyond the end of the file is so long
 * only because a length is damaged, so that whole commands after it are taken
 * for a part of it.
 *
 * If the file was merely not written to its end, the length of the last
 * argument is right, and any bytes may stand in the part of it that is there,
 * commands included. It is damaged if everything fits once a single digit of
 * the length is changed: the argument ends there, the rest of its command
 * follows, and then whole commands that this server knows, up to the very last
 * byte, while there are none before that place.
 *
 * The request is the one that was cut off. Its arguments are lost. Takes time
 * in proportion to the bytes after the length. */
bool aof_swallowed(struct request *request, char *bytes, size_t len, size_t at);

#endif
