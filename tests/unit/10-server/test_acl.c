/* Users: rules, what they come to, and which requests they allow. */
#include <stdlib.h>

#include "acl.h"
#include "acl_check.h"
#include "ask.h"
#include "command_facts.h"
#include "glob.h"
#include "unit.h"

static bool apply(struct acl_user *user, const char *rules,
                  struct acl_fault *fault) {
    char text[500];
    struct slice words[ASK_WORDS];
    snprintf(text, sizeof text, "%s", rules);
    size_t count = ask_cut(text, words);
    return acl_user_apply(user, words, count, fault);
}

static struct acl_user *user_of(const char *rules) {
    static char name[] = "joe";
    struct acl_user *user = acl_user_new((struct slice){name, 3});
    struct acl_fault fault;
    if (!CHECK(apply(user, rules, &fault))) {
        printf("# %s: %s\n", rules, fault.why != NULL ? fault.why : "open");
        buf_free(&fault.rule);
    }
    return user;
}

/* The rules come to this description, and so does the description itself. */
static void comes_to(const char *rules, const char *due) {
    char again[500];
    snprintf(again, sizeof again, "%s", rules);
    for (int i = 0; i < 2; i++) {
        struct acl_user *user = user_of(again);
        struct buf said = {0};
        acl_user_describe(user, &said);
        CHECK_BYTES(buf_bytes(&said), buf_len(&said), due, strlen(due));
        snprintf(again, sizeof again, "%s", due);
        buf_free(&said);
        acl_user_free(user);
    }
}

static void test_commands(void) {
#define NEW "off sanitize-payload resetchannels "
    comes_to("", NEW "-@all");
    comes_to("+get", NEW "-@all +get");
    comes_to("+@all -@hash -@slow +hget", NEW "+@all -@hash -@slow +hget");
    comes_to("+@all -@hash -@slow +hget -@hash",
             NEW "+@all -@slow +hget -@hash");
    comes_to("+@all -@hash +@hash", NEW "+@all +@hash");
    comes_to("+@HASH +@hash +HGET +hGeT", NEW "-@all +@hash +hget");
    comes_to("+hget -hset +hset -hget", NEW "-@all +hset -hget");
    comes_to("+client|list +client|list +config|get +config +acl|list -acl",
             NEW "-@all +client|list +config -acl");
    comes_to("+select|0 +select|0 +debug|segfault +debug",
             NEW "-@all +select|0 +debug");
    comes_to("+config +config|get -config|set +config", NEW "-@all +config");
    comes_to("+get +getex -get", NEW "-@all +getex -get");
    comes_to("-@string -@slow +@all", NEW "+@all");
    /* Commands that this server lacks. */
    comes_to("+@all -@scripting -EVAL +script|load -cluster|info",
             NEW "+@all -@scripting -eval +script|load -cluster|info");
    comes_to("+script|load +script", NEW "-@all +script");
    comes_to("+get allcommands nocommands", NEW "-@all");
}

static void test_a_rule_again_takes_no_room(void) {
    struct acl_user *user = user_of("+select|0 +select|1 +select|0");
    CHECK_INT(user->selectors->first_argument_count, 2);
    acl_user_free(user);
}

static void test_other_rules(void) {
    comes_to("on nopass ~* &* +@all", "on nopass sanitize-payload ~* &* +@all");
    comes_to("%R~a %W~a %W~b %RW~c %r~d",
             "off sanitize-payload ~a %W~b ~c %R~d resetchannels -@all");
    comes_to("&a &b &a skip-sanitize-payload",
             "off skip-sanitize-payload resetchannels &a &b -@all");
    comes_to(
        ">abc >abc on",
        "on sanitize-payload #ba7816bf8f01cfea414140de5dae2223b00361a396177"
        "a9cb410ff61f20015ad resetchannels -@all");
    comes_to(">abc >d <abc !18ac3e7343f016890c510e93f935261169d9e3f565436429830"
             "faf0934f4f8e4",
             NEW "-@all");
    comes_to(">abc nopass >abc resetpass", NEW "-@all");
    comes_to("~a ( +get ~b ) (+set) ()",
             "off sanitize-payload ~a resetchannels -@all "
             "(~b resetchannels -@all +get) (resetchannels -@all +set) "
             "(resetchannels -@all)");
    comes_to("(+get) clearselectors", NEW "-@all");
    comes_to("on nopass ~* &* +@all (+get) skip-sanitize-payload reset",
             NEW "-@all");
}

static void is_wrong(const char *rules, const char *rule, const char *why) {
    static char name[] = "joe";
    struct acl_user *user = acl_user_new((struct slice){name, 3});
    struct acl_fault fault;
    CHECK(!apply(user, rules, &fault));
    CHECK_BYTES(buf_bytes(&fault.rule), buf_len(&fault.rule), rule,
                strlen(rule));
    if (why == NULL)
        CHECK(fault.why == NULL);
    else
        CHECK(fault.why != NULL && strcmp(fault.why, why) == 0);
    buf_free(&fault.rule);
    acl_user_free(user);
}

static void test_faults(void) {
    is_wrong("on foo off", "foo", ACL_SYNTAX_ERROR);
    is_wrong("+nosuch", "+nosuch", ACL_UNKNOWN);
    is_wrong("+", "+", ACL_UNKNOWN);
    is_wrong("-|", "-|", ACL_UNKNOWN);
    is_wrong("+@", "+@", ACL_UNKNOWN);
    is_wrong("+get|", "+get|", ACL_SYNTAX_ERROR);
    is_wrong("-select|0", "-select|0", ACL_UNKNOWN);
    is_wrong("%~a", "%~a", ACL_SYNTAX_ERROR);
    is_wrong("%", "%", ACL_SYNTAX_ERROR);
    is_wrong("%RR~a", "%RR~a", ACL_SYNTAX_ERROR);
    is_wrong("(on)", "(on)", ACL_SYNTAX_ERROR);
    is_wrong("foo ( +get", "(", NULL);
    is_wrong("(+get +foo )", "(+get +foo )", ACL_UNKNOWN);
}

/* A password is right whatever stands before it in the list. */
static void test_passwords(void) {
    struct acl_user *user = user_of("on >a >b >c");
    CHECK(acl_user_knows(user, (struct slice){"b", 1}));
    CHECK(acl_user_knows(user, (struct slice){"c", 1}));
    CHECK(!acl_user_knows(user, (struct slice){"d", 1}));
    CHECK(!acl_user_knows(user, (struct slice){"", 0}));
    struct acl_user *copy = acl_user_copy(user);
    acl_user_free(user);
    CHECK(acl_user_knows(copy, (struct slice){"a", 1}));
    struct acl_fault fault;
    CHECK(apply(copy, "off", &fault));
    CHECK(!acl_user_knows(copy, (struct slice){"a", 1}));
    acl_user_free(copy);
}

/* What the user may not do of a request; 0 if it is allowed. What is seen at a
 * glance must be so at a second look. */
static int refusal(const char *rules, const char *request) {
    char text[200];
    struct slice argv[ASK_WORDS];
    struct acl_user *user = user_of(rules);
    snprintf(text, sizeof text, "%s", request);
    size_t argc = ask_cut(text, argv), where;
    const struct command *command = command_called(argv, argc);
    enum acl_verdict verdict = acl_check(user, command, argv, argc, &where);
    if (acl_check_quickly(user, command, argv, argc))
        CHECK_INT(verdict, ACL_ALLOWED);
    acl_user_free(user);
    return (int)verdict;
}

static void test_requests(void) {
    CHECK_INT(refusal("+get ~a*", "get abc"), ACL_ALLOWED);
    CHECK_INT(refusal("+get ~a*", "get bbc"), ACL_NO_KEY);
    CHECK_INT(refusal("+get ~a*", "set abc 1"), ACL_NO_COMMAND);
    CHECK_INT(refusal("+set %W~a", "set a 1"), ACL_ALLOWED);
    CHECK_INT(refusal("+set %W~a", "set a 1 get"), ACL_NO_KEY);
    CHECK_INT(refusal("+set %R~a", "set a 1"), ACL_NO_KEY);
    CHECK_INT(refusal("+exists %W~a", "exists a"), ACL_ALLOWED);
    CHECK_INT(refusal("+mget ~a ~b", "mget a b c"), ACL_NO_KEY);
    CHECK_INT(refusal("+select|0", "select 0"), ACL_ALLOWED);
    CHECK_INT(refusal("+select|0", "select 1"), ACL_NO_COMMAND);
    CHECK_INT(refusal("+select|0 +select", "select 1"), ACL_ALLOWED);
    /* A group or a consumer may have the name of the keyword. */
    const char *hidden = "xreadgroup count 1 group g streams streams secret >";
    CHECK_INT(refusal("+@all ~streams", hidden), ACL_NO_KEY);
    CHECK_INT(refusal("+@all ~secret", hidden), ACL_ALLOWED);
    CHECK_INT(refusal("+config|get", "config get a"), ACL_ALLOWED);
    CHECK_INT(refusal("+config -config|get", "config get a"), ACL_NO_COMMAND);
    CHECK_INT(refusal("-@all", "auth x"), ACL_ALLOWED);
    CHECK_INT(refusal("+publish &a?", "publish ab x"), ACL_ALLOWED);
    CHECK_INT(refusal("+publish &a?", "publish a x"), ACL_NO_CHANNEL);
    CHECK_INT(refusal("+psubscribe &a*", "psubscribe a*"), ACL_ALLOWED);
    CHECK_INT(refusal("+psubscribe &a*", "psubscribe ab"), ACL_NO_CHANNEL);
    CHECK_INT(refusal("+get (~a +set)", "get a"), ACL_NO_KEY);
    CHECK_INT(refusal("+get (~a +set)", "set a 1"), ACL_ALLOWED);
    CHECK_INT(refusal("~a (~b +set)", "set a 1"), ACL_NO_KEY);
    CHECK_INT(refusal("+@all ~a", "georadius a 1 1 1 m store a store b"),
              ACL_NO_KEY);
}

static const char *option(const char *rules, const char *request) {
    char text[200];
    struct slice argv[ASK_WORDS];
    struct acl_user *user = user_of(rules);
    snprintf(text, sizeof text, "%s", request);
    size_t argc = ask_cut(text, argv);
    const char *said =
        acl_check_options(user, command_called(argv, argc), argv, argc);
    acl_user_free(user);
    return said != NULL ? said : "";
}

static void test_options(void) {
    CHECK(strcmp(option("+sort ~a", "sort a by w_*"), "BY") == 0);
    CHECK(strcmp(option("+sort ~a", "sort a by w"), "") == 0);
    CHECK(strcmp(option("+sort ~a", "sort a limit 0 1 get #"), "GET") == 0);
    CHECK(strcmp(option("+sort ~a", "sort a limit x 1 get #"), "") == 0);
    CHECK(strcmp(option("+sort %R~*", "sort a by w_*"), "") == 0);
    CHECK(strcmp(option("+sort %W~*", "sort a by w_*"), "BY") == 0);
    CHECK(strcmp(option("+sort ~a (~* +sort)", "sort a by w_*"), "") == 0);
    CHECK(strcmp(option("+sort ~a", "sort a foo by w_*"), "") == 0);
}

/* Patterns against the general form, with names around the eight bytes that are
 * compared at once. */
static void test_patterns(void) {
    static const char letters[] = "ab*?";
    uint64_t state = 1;
    for (int i = 0; i < 200000; i++) {
        char pattern[12], name[12];
        size_t pattern_len = unit_random_below(&state, sizeof pattern);
        size_t name_len = 1 + unit_random_below(&state, sizeof name - 1);
        for (size_t at = 0; at < pattern_len; at++)
            pattern[at] = letters[unit_random_below(&state, at < 6 ? 2 : 4)];
        for (size_t at = 0; at < name_len; at++)
            name[at] = at < pattern_len && unit_random_below(&state, 9) > 0 &&
                               pattern[at] < 'c' && pattern[at] >= 'a'
                           ? pattern[at]
                           : letters[unit_random_below(&state, 2)];
        struct acl_patterns patterns = {0};
        struct slice text = {pattern, pattern_len}, key = {name, name_len};
        acl_patterns_add(&patterns, text, ACL_READ);
        CHECK_INT(acl_patterns_fit(&patterns, key, ACL_READ),
                  glob_match(text, key, false));
        CHECK(!acl_patterns_fit(&patterns, key, ACL_WRITE));
        acl_patterns_clear(&patterns);
    }
}

static void test_empty_name(void) {
    struct acl_patterns patterns = {0};
    struct slice none = {0};
    acl_patterns_add(&patterns, (struct slice){"*", 1}, ACL_READ_WRITE);
    CHECK(!acl_patterns_fit(&patterns, none, ACL_READ));
    acl_patterns_add(&patterns, none, ACL_READ);
    CHECK(acl_patterns_fit(&patterns, none, ACL_READ));
    CHECK(!acl_patterns_fit(&patterns, none, ACL_WRITE));
    acl_patterns_clear(&patterns);
}

static void test_users(void) {
    static const char *const names[] = {"b", "a", "", "ab", "aa", "c"};
    static const char sorted[] = ", a, aa, ab, c, ";
    struct acl_users users = {0};
    struct buf said = {0};
    for (size_t i = 0; i < 6; i++) {
        struct slice name = slice_of(names[i]);
        CHECK(acl_users_find(&users, name) == NULL);
        acl_users_add(&users, acl_user_new(name));
        CHECK(acl_users_find(&users, name) != NULL);
    }
    struct acl_user *user = acl_users_find(&users, (struct slice){"b", 1});
    acl_users_remove(&users, user);
    acl_user_free(user);
    for (size_t i = 0; i < users.count; i++) {
        buf_append(&said, users.list[i]->name, strlen(users.list[i]->name));
        buf_append(&said, ", ", 2);
    }
    CHECK_BYTES(buf_bytes(&said), buf_len(&said), sorted, sizeof sorted - 1);
    buf_free(&said);
    acl_users_free(&users);
}

int main(void) {
    command_start();
    command_facts_start();
    acl_check_start();
    unit_test("a rule that is there already takes no room",
              test_a_rule_again_takes_no_room);
    unit_test("rules about commands are kept in order, none twice",
              test_commands);
    unit_test("rules about keys, channels, passwords, selectors",
              test_other_rules);
    unit_test("what is wrong with a rule", test_faults);
    unit_test("passwords", test_passwords);
    unit_test("which requests are allowed", test_requests);
    unit_test("options of SORT that read other keys", test_options);
    unit_test("patterns fit what they fit in general", test_patterns);
    unit_test("an empty name fits an empty pattern alone", test_empty_name);
    unit_test("users stand in the order of their names", test_users);
    return unit_end();
}
