#include "identity.h"

#include <stdio.h>

#include "random.h"

void identity_draw(char text[static IDENTITY_LEN + 1]) {
    unsigned char bytes[IDENTITY_LEN / 2];
    random_secret(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}
