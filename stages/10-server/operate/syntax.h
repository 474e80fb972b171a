/* The syntax of a command's arguments, as in a manual, as a tree.
 *
 *     key [NX | XX] [GET] value [value ...]
 *
 *     name          an argument
 *     TOKEN         a word that is written as it is (no lower case)
 *     TOKEN a b     a word, and the arguments that belong to it
 *     [...]         optional
 *     <a | b>       one of these; within [...] the < > are left out
 *     a b [a b ...] once or more
 *
 * Rows of commands hold such texts. COMMAND DOCS gives the tree, from which
 * redis-cli makes its hints. The texts are part of the program, so one that is
 * wrong is a bug, and an assertion fails. */
#ifndef SYNTAX_H
#define SYNTAX_H

#include <stdbool.h>
#include <stddef.h>

enum argument_type {
    ARGUMENT_STRING,
    ARGUMENT_INTEGER,
    ARGUMENT_KEY,
    ARGUMENT_PATTERN,
    ARGUMENT_PURE_TOKEN, /* nothing but its token */
    ARGUMENT_ONEOF,      /* one of its children */
    ARGUMENT_BLOCK       /* all of its children, in order */
};

/* A part of the text. */
struct word {
    const char *ptr;
    size_t len;
};

struct argument {
    enum argument_type type;
    struct word name;  /* empty for one-of and block, which are named after
                        * their children */
    struct word token; /* empty if there is none */
    int key_spec;      /* of the command, or -1: for the caller to set */
    bool optional, multiple;
    bool multiple_token; /* the token is said again each time */
    struct argument *children, *next;
};

enum { SYNTAX_ARGUMENTS = 128 };

/* The tree and its memory. Words point into the text. */
struct syntax {
    struct argument *first;
    struct argument arguments[SYNTAX_ARGUMENTS];
    size_t used;
};

void syntax_parse(struct syntax *syntax, const char *text);

#endif
