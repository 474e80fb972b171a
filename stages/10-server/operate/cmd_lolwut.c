/* LOLWUT: a picture, and the version. */
#include "arguments.h"
#include "command.h"
#include "random.h"
#include "version.h"

enum { COLUMNS = 66, ROWS = 9, SIZE = (COLUMNS + 1) * ROWS };

/* Draws mountains: a random walk, seen from the side, with snow on the
 * heights. */
static void draw(char *picture) {
    int height = ROWS / 2;
    memset(picture, ' ', SIZE);
    for (int row = 0; row < ROWS; row++)
        picture[row * (COLUMNS + 1) + COLUMNS] = '\n';
    for (int column = 0; column < COLUMNS; column++) {
        int step = (int)(random_bits() % 3) - 1;
        /* At the edges of the picture the walk goes on at the same height. */
        if (height + step >= 1 && height + step <= ROWS)
            height += step;
        char top = step > 0 ? '/' : step < 0 ? '\\' : '_';
        for (int row = ROWS - height; row < ROWS; row++) {
            bool snow = ROWS - row > ROWS * 3 / 4;
            picture[row * (COLUMNS + 1) + column] = row == ROWS - height ? top
                                                    : snow               ? '*'
                                                                         : ':';
        }
    }
}

/* LOLWUT [VERSION version] [argument ...]
 *
 * All versions draw the same. */
static void cmd_lolwut(struct client *client, struct request *request) {
    static const char version[] = "\nRedis ver. " REDIS_VERSION "\n";
    char text[SIZE + sizeof version];
    int64_t asked;
    if (request->argc > 2 && slice_is(request->argv[1], "version") &&
        !argument_i64(client, request->argv[2], &asked))
        return;
    draw(text);
    memcpy(text + SIZE, version, sizeof version);
    reply_verbatim(client, text, SIZE + sizeof version - 1);
}

const struct command lolwut_commands[] = {
    {"lolwut", cmd_lolwut, -1, CMD_READONLY | CMD_FAST},
    {0},
};
