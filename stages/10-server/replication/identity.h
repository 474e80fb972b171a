/* Identities: forty random hexadecimal digits, which nobody else draws. A run
 * of the server has one, and so has a history. */
#ifndef IDENTITY_H
#define IDENTITY_H

enum { IDENTITY_LEN = 40 };

/* Draws an identity, and ends it with a NUL. */
void identity_draw(char text[static IDENTITY_LEN + 1]);

#endif
