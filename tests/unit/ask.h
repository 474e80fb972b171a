/* Commands as a test writes them: words with spaces between. */
#ifndef ASK_H
#define ASK_H

#include <stdio.h>
#include <string.h>

#include "detached.h"

enum { ASK_WORDS = 40 };

/* Cuts a text at its spaces. Returns the number of words; the text must live as
 * long as they are used. */
static inline size_t ask_cut(char *text, struct slice words[static ASK_WORDS]) {
    size_t count = 0;
    for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " "))
        words[count++] = slice_of(word);
    return count;
}

/* Runs a command for a client without a connection, and returns the reply. The
 * words are overwritten behind it, as a read buffer is. */
static inline struct slice ask(struct client *client, const char *words) {
    char text[200];
    struct slice argv[ASK_WORDS];
    snprintf(text, sizeof text, "%s", words);
    struct request request = {.argv = argv, .argc = ask_cut(text, argv)};
    detached_reset(client);
    stage_run(client, &request);
    memset(text, '?', sizeof text);
    return detached_reply(client);
}

#endif
