/* Trees of arguments, from what a manual writes. */
#include "syntax.h"

#include <stdarg.h>

#include "unit.h"

/* A tree as text: (a b) is a block, <a b> a choice, T:a an argument with its
 * token, ! a token alone, ? optional, + multiple, ++ with its token. */
static char shown[1024];
static size_t shown_len;

static void show(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void show(const char *format, ...) {
    va_list args;
    va_start(args, format);
    shown_len += (size_t)vsnprintf(shown + shown_len, sizeof shown - shown_len,
                                   format, args);
    va_end(args);
}

static void show_list(const struct argument *first);

static void show_one(const struct argument *at) {
    if (at->type == ARGUMENT_PURE_TOKEN)
        show("!");
    else if (at->token.len > 0)
        show("%.*s:", (int)at->token.len, at->token.ptr);
    bool choice = at->type == ARGUMENT_ONEOF;
    if (at->children != NULL) {
        show(choice ? "<" : "(");
        show_list(at->children);
        show(choice ? ">" : ")");
    } else {
        show("%.*s", (int)at->name.len, at->name.ptr);
    }
    if (at->type == ARGUMENT_INTEGER)
        show("#");
    show("%s%s%s", at->optional ? "?" : "", at->multiple ? "+" : "",
         at->multiple_token ? "+" : "");
}

static void show_list(const struct argument *first) {
    for (const struct argument *at = first; at != NULL; at = at->next) {
        show_one(at);
        if (at->next != NULL)
            show(" ");
    }
}

static void gives(const char *text, const char *due) {
    static struct syntax syntax;
    syntax_parse(&syntax, text);
    shown_len = 0;
    shown[0] = '\0';
    show_list(syntax.first);
    if (!CHECK_TEXT(shown, shown_len, due))
        printf("# from %s\n", text);
}

static void test_plain(void) {
    gives("", "");
    gives("message", "message");
    gives("key value", "key value");
    gives("LEN", "!LEN");
}

static void test_optional(void) {
    gives("[message]", "message?");
    gives("[username] password", "username? password");
    gives("[LEN] [IDX]", "!LEN? !IDX?");
    gives("[NX | XX] [GET]", "<!NX !XX>? !GET?");
}

static void test_tokens(void) {
    gives("[COUNT count]", "COUNT:count#?");
    gives("[AUTH username password]", "AUTH:(username password)?");
    gives("[EX seconds | PX milliseconds | KEEPTTL]",
          "<EX:seconds PX:milliseconds !KEEPTTL>?");
    gives("[TYPE <A | B>]", "TYPE:<!A !B>?");
    gives("FILTERBY <MODULE module-name | ACLCAT category>",
          "FILTERBY:<MODULE:module-name ACLCAT:category>");
    gives("<LIB-NAME libname | LIB-VER libver>",
          "<LIB-NAME:libname LIB-VER:libver>");
    gives("key <* | id> field", "key <!* id> field");
}

static void test_repeats(void) {
    gives("key [key ...]", "key+");
    gives("key value [key value ...]", "(key value)+");
    gives("[name [name ...]]", "name?+");
    gives("[ID client-id [client-id ...]]", "ID:client-id#?+");
    gives("[GET pattern [GET pattern ...]]", "GET:pattern?++");
    gives("S key [key ...] id [id ...]", "S:(key+ id+)");
}

static void test_nested(void) {
    gives("[protover [AUTH username password] [SETNAME clientname]]",
          "(protover# AUTH:(username password)? SETNAME:clientname?)?");
    gives("[<A | B> [= | ~] threshold [LIMIT count]]",
          "(<!A !B> <!= !~>? threshold LIMIT:count#?)?");
}

int main(void) {
    unit_test("names and tokens", test_plain);
    unit_test("what may be left out", test_optional);
    unit_test("tokens and what they announce", test_tokens);
    unit_test("what may come again", test_repeats);
    unit_test("brackets in brackets", test_nested);
    return unit_end();
}
