/* Rules of users, a line each, under libFuzzer. Those that are taken come to a
 * description from which the same user can be made again; what is judged at a
 * glance is judged the same at a second look. */
#include <assert.h>
#include <stdlib.h>

#include "acl_check.h"
#include "command_facts.h"
#include "file_fuzz.h"

enum { WORDS = 64 };

static void start(void) {
    static bool started;
    if (started)
        return;
    started = true;
    command_start();
    command_facts_start();
    acl_check_start();
}

/* Cuts a text at a byte. Returns the number of words, at most so many. */
static size_t cut(char *text, size_t size, char at,
                  struct slice words[static WORDS]) {
    size_t count = 0, begin = 0;
    for (size_t i = 0; i <= size && count < WORDS; i++)
        if (i == size || text[i] == at) {
            words[count++] = (struct slice){text + begin, i - begin};
            begin = i + 1;
        }
    return count;
}

static struct acl_user *user_of(const struct slice *rules, size_t count) {
    struct acl_user *user = acl_user_new(file_fuzz_text("joe"));
    struct acl_fault fault;
    if (acl_user_apply(user, rules, count, &fault))
        return user;
    assert(fault.why == NULL || fault.why[0] != '\0');
    assert(fault.next <= count);
    buf_free(&fault.rule);
    acl_user_free(user);
    return NULL;
}

static void ask(const struct acl_user *user, const char *request) {
    struct slice argv[WORDS];
    size_t len = strlen(request), where;
    char *text = file_fuzz_copy(request, len);
    size_t argc = cut(text, len, ' ', argv);
    const struct command *command = command_called(argv, argc);
    enum acl_verdict verdict = acl_check(user, command, argv, argc, &where);
    assert(where < argc);
    assert(verdict == ACL_ALLOWED ||
           !acl_check_quickly(user, command, argv, argc));
    (void)acl_check_options(user, command, argv, argc);
    free(text);
}

static void ask_all(const struct acl_user *user) {
    static const char *const requests[] = {"get k1",
                                           "set k1 x",
                                           "set k1 x GET",
                                           "mset k1 x k2 y",
                                           "select 0",
                                           "config get x",
                                           "ping",
                                           "publish news x",
                                           "psubscribe n*",
                                           "sort k1 by w_* get #",
                                           "xread streams k1 k2 0 0",
                                           "zunionstore k1 1 k2"};
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++)
        ask(user, requests[i]);
}

/* Makes a user of a description. Returns NULL if that has too many words. */
static struct acl_user *user_again(const struct buf *description) {
    struct slice words[WORDS];
    char *text = file_fuzz_copy(buf_bytes(description), buf_len(description));
    size_t count = cut(text, buf_len(description), ' ', words);
    struct acl_user *user = count < WORDS ? user_of(words, count) : NULL;
    assert(count >= WORDS || user != NULL);
    free(text);
    return user;
}

/* A user that is made of a description has the same one. Only the first may
 * differ: in "~some ~*" the second pattern takes the place of the first when it
 * is read, as in Redis. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct slice words[WORDS];
    start();
    char *text = file_fuzz_copy(data, size);
    struct acl_user *user = user_of(words, cut(text, size, '\n', words));
    free(text);
    if (user == NULL)
        return 0;
    ask_all(user);
    struct buf one = {0}, two = {0}, three = {0};
    acl_user_describe(user, &one);
    struct acl_user *second = user_again(&one), *third = NULL;
    if (second != NULL) {
        acl_user_describe(second, &two);
        third = user_again(&two);
    }
    if (third != NULL) {
        acl_user_describe(third, &three);
        assert(buf_len(&two) == buf_len(&three) &&
               memcmp(buf_bytes(&two), buf_bytes(&three), buf_len(&two)) == 0);
        acl_user_free(third);
    }
    if (second != NULL)
        acl_user_free(second);
    buf_free(&one);
    buf_free(&two);
    buf_free(&three);
    acl_user_free(user);
    return 0;
}
