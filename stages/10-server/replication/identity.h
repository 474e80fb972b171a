/* Identities: forty hexadecimal digits that are drawn once and that nobody else
 * ever draws, as the id of a run of the server and of a history have them. */
#ifndef IDENTITY_H
#define IDENTITY_H

enum { IDENTITY_LEN = 40 };

/* Draws a new one, with a NUL behind it. */
void identity_draw(char text[static IDENTITY_LEN + 1]);

#endif
