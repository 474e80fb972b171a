#include "command_docs.h"

#include "command_facts.h"
#include "command_walk.h"
#include "syntax.h"

enum { ARGUMENT_NAME = 128 };
/* Makes the name of a choice or a block from those of its parts, in lower case,
 * with _ between them; one that is too long is cut. Returns its length. */
static size_t join_names(char *out, size_t used,
                         const struct argument *argument) {
    for (size_t i = 0; i < argument->name.len && used < ARGUMENT_NAME; i++) {
        char c = argument->name.ptr[i];
        out[used++] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    const struct argument *child = argument->children;
    for (; child != NULL; child = child->next) {
        used = join_names(out, used, child);
        if (child->next != NULL && used < ARGUMENT_NAME)
            out[used++] = '_';
    }
    return used;
}

static const char *const type_names[] = {
    [ARGUMENT_STRING] = "string",
    [ARGUMENT_INTEGER] = "integer",
    [ARGUMENT_KEY] = "key",
    [ARGUMENT_PATTERN] = "pattern",
    [ARGUMENT_PURE_TOKEN] = "pure-token",
    [ARGUMENT_ONEOF] = "oneof",
    [ARGUMENT_BLOCK] = "block",
};

static void reply_argument_flags(struct client *client,
                                 const struct argument *argument) {
    reply_set(client, (size_t)(argument->optional + argument->multiple +
                               argument->multiple_token));
    if (argument->optional)
        reply_simple(client, "optional");
    if (argument->multiple)
        reply_simple(client, "multiple");
    if (argument->multiple_token)
        reply_simple(client, "multiple_token");
}

static void reply_arguments(struct client *client,
                            const struct argument *first);

static void reply_argument(struct client *client,
                           const struct argument *argument) {
    bool leaf = argument->children == NULL;
    bool flags = argument->optional || argument->multiple;
    bool token = argument->token.len > 0, spec = argument->key_spec >= 0;
    char name[ARGUMENT_NAME];
    size_t len = join_names(name, 0, argument);
    /* A leaf has a text to display, and any other argument has parts, so three
     * pairs are always there. */
    reply_map(client, (size_t)(3 + flags + token + spec));
    reply_text(client, "name");
    reply_bulk(client, name, len);
    reply_text(client, "type");
    reply_text(client, type_names[argument->type]);
    if (leaf) {
        reply_text(client, "display_text");
        reply_bulk(client, name, len);
    }
    if (spec) {
        reply_text(client, "key_spec_index");
        reply_integer(client, argument->key_spec);
    }
    if (token) {
        reply_text(client, "token");
        reply_bulk(client, argument->token.ptr, argument->token.len);
    }
    if (flags) {
        reply_text(client, "flags");
        reply_argument_flags(client, argument);
    }
    if (!leaf) {
        reply_text(client, "arguments");
        reply_arguments(client, argument->children);
    }
}

static void reply_arguments(struct client *client,
                            const struct argument *first) {
    size_t count = 0;
    for (const struct argument *at = first; at != NULL; at = at->next)
        count++;
    reply_array(client, count);
    for (const struct argument *at = first; at != NULL; at = at->next)
        reply_argument(client, at);
}

/* Marks the argument as a key if a key specification names this place of the
 * request. */
static void mark_key(struct argument *argument,
                     const struct command_facts *facts, int place) {
    for (size_t i = 0; i < command_key_specs(facts); i++) {
        const struct key_spec *spec = &facts->keys[i];
        if (spec->unknown)
            continue;
        bool within = spec->range < 0 || place <= spec->first + spec->range;
        /* The first specification that names the place gives its number. */
        if (within && place >= spec->first &&
            (place - spec->first) % spec->step == 0 && argument->key_spec < 0) {
            argument->type = ARGUMENT_KEY;
            argument->key_spec = (int)i;
        }
    }
}

/* Places are known up to the first argument that is optional or repeated. */
static void mark_keys(struct syntax *syntax, const struct command_facts *facts,
                      int place) {
    struct argument *at = syntax->first;
    for (; at != NULL && !at->optional && at->token.len == 0; at = at->next) {
        bool block = at->type == ARGUMENT_BLOCK;
        struct argument *part = block ? at->children : at;
        for (; part != NULL; part = block ? part->next : NULL)
            mark_key(part, facts, place++);
        /* How often it is repeated is known only in a request, and so are the
         * places behind it. */
        if (at->multiple)
            return;
    }
}

static void reply_docs(struct client *client, const struct command *command) {
    const struct command_facts *facts = command_facts(command);
    struct syntax syntax;
    syntax_parse(&syntax, facts->syntax);
    /* The words of a subcommand's name come first. */
    mark_keys(&syntax, facts, command_is_sub(command) ? 2 : 1);
    size_t subs = command_sub_count(command);
    reply_text(client, command->name);
    reply_map(client, 4u + (syntax.first != NULL) + (subs > 0));
    reply_text(client, "summary");
    reply_text(client, facts->summary);
    reply_text(client, "since");
    reply_text(client, facts->since);
    reply_text(client, "group");
    reply_text(client, command_group(command)->name);
    reply_text(client, "complexity");
    reply_text(client, facts->complexity);
    if (syntax.first != NULL) {
        reply_text(client, "arguments");
        reply_arguments(client, syntax.first);
    }
    if (subs > 0) {
        const struct command *sub;
        reply_text(client, "subcommands");
        reply_map(client, subs);
        struct command_walk walk = {0};
        while ((sub = command_walk_next_of(&walk, command)) != NULL)
            reply_docs(client, sub);
    }
}

void command_docs(struct client *client, struct request *request) {
    const struct command *command;
    if (request->argc == 2) {
        struct command_walk walk = {0};
        reply_map(client, command_count());
        while ((command = command_walk_next_of(&walk, NULL)) != NULL)
            reply_docs(client, command);
        return;
    }
    /* Unknown names are left out. */
    size_t known = 0;
    for (size_t i = 2; i < request->argc; i++)
        known += command_find_full(request->argv[i]) != NULL;
    reply_map(client, known);
    for (size_t i = 2; i < request->argc; i++)
        if ((command = command_find_full(request->argv[i])) != NULL)
            reply_docs(client, command);
}
