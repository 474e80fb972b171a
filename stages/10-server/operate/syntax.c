#include "syntax.h"

#include <assert.h>
#include <string.h>

/* The grammar:
 *
 *     choice   = sequence { "|" sequence }
 *     sequence = { word | "<" choice ">" | "[" choice "]" | repeat }
 *     repeat   = "[" the last words again "..." "]"
 */
struct parser {
    struct syntax *syntax;
    const char *at;
};

/* The most arguments side by side: no manual has more. */
enum { ROW = 32 };
struct row {
    struct argument *items[ROW];
    size_t count;
};

static struct argument *new_argument(struct parser *parser,
                                     enum argument_type type) {
    struct syntax *syntax = parser->syntax;
    assert(syntax->used < SYNTAX_ARGUMENTS);
    struct argument *argument = &syntax->arguments[syntax->used++];
    *argument = (struct argument){.type = type, .key_spec = -1};
    return argument;
}

static void row_add(struct row *row, struct argument *argument) {
    assert(row->count < ROW);
    row->items[row->count++] = argument;
}

/* Links the items to a list. Returns the first. */
static struct argument *link_items(struct argument **items, size_t count) {
    for (size_t i = 0; i + 1 < count; i++)
        items[i]->next = items[i + 1];
    return count > 0 ? items[0] : NULL;
}

/* Makes one argument that stands for all of these. */
static struct argument *group(struct parser *parser, enum argument_type type,
                              struct argument **items, size_t count) {
    assert(count > 0);
    if (count == 1)
        return items[0];
    struct argument *argument = new_argument(parser, type);
    argument->children = link_items(items, count);
    return argument;
}

static bool is_name(const struct argument *argument) {
    return argument->children == NULL && argument->token.len == 0 &&
           argument->type != ARGUMENT_PURE_TOKEN && !argument->optional;
}

static bool is_choice(const struct argument *argument) {
    return argument->type == ARGUMENT_ONEOF && argument->token.len == 0 &&
           !argument->optional;
}

/* Gives each token the arguments that belong to it: the names after it, or the
 * choice. */
static void bind_tokens(struct parser *parser, struct row *row) {
    size_t kept = 0;
    for (size_t i = 0; i < row->count;) {
        struct argument *token = row->items[i++];
        size_t first = i;
        if (token->type == ARGUMENT_PURE_TOKEN && !token->optional) {
            if (i < row->count && is_choice(row->items[i]))
                i++;
            else
                while (i < row->count && is_name(row->items[i]))
                    i++;
        }
        if (i == first) {
            row->items[kept++] = token;
            continue;
        }
        struct argument *bound =
            group(parser, ARGUMENT_BLOCK, row->items + first, i - first);
        /* The token is no argument of its own. It is a part of what it
         * introduces. */
        bound->token = token->token;
        row->items[kept++] = bound;
    }
    row->count = kept;
}

static void skip_spaces(struct parser *parser) {
    parser->at += strspn(parser->at, " ");
}

static size_t word_length(const char *at) {
    return strcspn(at, " []<>|");
}

/* Returns how many words "[value ...]" repeats: 1 here. Returns 0 for brackets
 * that mean anything else. */
static size_t repeated_words(const char *bracket) {
    const char *end = bracket + strcspn(bracket, "]|<");
    if (*end != ']' || end - bracket < 4 || strncmp(end - 3, "...", 3) != 0)
        return 0;
    size_t words = 0;
    for (const char *at = bracket + 1; at < end; at += word_length(at)) {
        if (*at == '[')
            return 0;
        at += strspn(at, " ");
        words++;
    }
    /* The last word is the dots themselves. */
    return words - 1;
}

/* "a b [a b ...]": makes one argument of the last words of the row. */
static void repeat_last(struct parser *parser, struct row *row, size_t words) {
    assert(words <= row->count);
    struct row last = {.count = words};
    row->count -= words;
    memcpy(last.items, row->items + row->count,
           words * sizeof(struct argument *));
    bool token = last.items[0]->type == ARGUMENT_PURE_TOKEN;
    bind_tokens(parser, &last);
    struct argument *argument =
        group(parser, ARGUMENT_BLOCK, last.items, last.count);
    argument->multiple = true;
    /* In "[TOKEN a [TOKEN a ...]]" each repetition has its own token. */
    argument->multiple_token = token && argument->token.len > 0;
    row_add(row, argument);
}

struct named_type {
    const char *name;
    enum argument_type type;
};

/* Names that manuals use for one thing only. Any other name counts as a string,
 * which is never wrong: it merely means that a client cannot check it. */
static const struct named_type named_types[] = {
    {"client-id", ARGUMENT_INTEGER},      {"count", ARGUMENT_INTEGER},
    {"cursor", ARGUMENT_INTEGER},         {"decrement", ARGUMENT_INTEGER},
    {"destination-db", ARGUMENT_INTEGER}, {"end", ARGUMENT_INTEGER},
    {"index", ARGUMENT_INTEGER},          {"index1", ARGUMENT_INTEGER},
    {"index2", ARGUMENT_INTEGER},         {"key", ARGUMENT_KEY},
    {"min-match-len", ARGUMENT_INTEGER},  {"offset", ARGUMENT_INTEGER},
    {"pattern", ARGUMENT_PATTERN},        {"protover", ARGUMENT_INTEGER},
    {"start", ARGUMENT_INTEGER},
};

static enum argument_type type_of(struct word name) {
    for (size_t i = 0; i < sizeof named_types / sizeof named_types[0]; i++)
        if (strlen(named_types[i].name) == name.len &&
            memcmp(named_types[i].name, name.ptr, name.len) == 0)
            return named_types[i].type;
    return ARGUMENT_STRING;
}

static struct argument *take_word(struct parser *parser) {
    struct word word = {parser->at, word_length(parser->at)};
    parser->at += word.len;
    assert(word.len > 0);
    for (size_t i = 0; i < word.len; i++) {
        if (word.ptr[i] >= 'a' && word.ptr[i] <= 'z') {
            struct argument *name = new_argument(parser, type_of(word));
            name->name = word;
            return name;
        }
    }
    struct argument *token = new_argument(parser, ARGUMENT_PURE_TOKEN);
    token->name = token->token = word;
    return token;
}

static struct argument *parse_choice(struct parser *parser, char close);

static void parse_sequence(struct parser *parser, struct row *row) {
    /* strchr also finds the NUL at the end of the text. */
    for (skip_spaces(parser); strchr("]>|", *parser->at) == NULL;
         skip_spaces(parser)) {
        size_t again = 0;
        if (*parser->at == '[' && (again = repeated_words(parser->at)) > 0) {
            repeat_last(parser, row, again);
            parser->at = strchr(parser->at, ']') + 1;
        } else if (*parser->at == '[') {
            struct argument *argument = parse_choice(parser, ']');
            argument->optional = true;
            row_add(row, argument);
        } else if (*parser->at == '<') {
            row_add(row, parse_choice(parser, '>'));
        } else {
            row_add(row, take_word(parser));
        }
    }
    bind_tokens(parser, row);
}

/* Parses from the opening bracket to the closing one. */
static struct argument *parse_choice(struct parser *parser, char close) {
    struct row alternatives = {.count = 0};
    do {
        struct row row = {.count = 0};
        parser->at++;
        parse_sequence(parser, &row);
        row_add(&alternatives,
                group(parser, ARGUMENT_BLOCK, row.items, row.count));
    } while (*parser->at == '|');
    assert(*parser->at == close);
    /* Without assertions nothing else uses it. */
    (void)close;
    parser->at++;
    return group(parser, ARGUMENT_ONEOF, alternatives.items,
                 alternatives.count);
}

void syntax_parse(struct syntax *syntax, const char *text) {
    struct parser parser = {.syntax = syntax, .at = text};
    struct row row = {.count = 0};
    syntax->used = 0;
    parse_sequence(&parser, &row);
    assert(*parser.at == '\0');
    syntax->first = link_items(row.items, row.count);
}
