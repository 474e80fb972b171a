/* What a client that has not authenticated may ask for. */
#include <stdlib.h>

#include "stranger.h"
#include "unit.h"

/* The error that the input comes to when it arrives in two parts, or "". */
static void outcome_of(const char *input, size_t cut,
                       char error[static RESP_ERROR_SIZE]) {
    size_t len = strlen(input), parts[] = {cut, len};
    char *bytes = strdup(input);
    struct request request = {0};
    error[0] = '\0';
    for (size_t i = 0; i < 2; i++) {
        enum resp_status status = resp_parse(&request, bytes, parts[i], error);
        if (stranger_asks_too_much(&request, error) || status == RESP_WRONG)
            break;
        error[0] = '\0';
        if (status == RESP_DONE)
            break;
    }
    request_free(&request);
    free(bytes);
}

static void comes_to(const char *input, const char *due) {
    for (size_t cut = 0; cut <= strlen(input); cut++) {
        char error[RESP_ERROR_SIZE];
        outcome_of(input, cut, error);
        if (!CHECK(strcmp(error, due) == 0))
            printf("# cut after byte %zu: \"%s\"\n", cut, error);
    }
}

#define WRONG "ERR Protocol error: "

static void test_arguments(void) {
    comes_to("*10\r\n", "");
    comes_to("*11\r\n", WRONG "unauthenticated multibulk length");
    /* However the bytes come: this is wrong in two ways. */
    comes_to("*11\r\n$x\r\n", WRONG "unauthenticated multibulk length");
    comes_to("*x\r\n", WRONG "invalid multibulk length");
    comes_to("a b c d e f g h i j k l m n\r\n", "");
}

static void test_bytes(void) {
    comes_to("*1\r\n$4\r\nPING\r\n", "");
    comes_to("*1\r\n$16384\r\n", "");
    comes_to("*1\r\n$16385\r\n", WRONG "unauthenticated bulk length");
    comes_to("*1\r\n$536870913\r\n", WRONG "invalid bulk length");
}

/* An argument that has come whole, and behind it something wrong. */
static void test_whole_argument(void) {
    enum { LONG = 16385 };
    static char input[LONG + 64];
    size_t len = (size_t)sprintf(input, "*2\r\n$%d\r\n", LONG);
    memset(input + len, 'x', LONG);
    strcpy(input + len + LONG, "\r\n$x\r\n");
    char error[RESP_ERROR_SIZE];
    outcome_of(input, strlen(input), error);
    CHECK(strcmp(error, WRONG "unauthenticated bulk length") == 0);
}

int main(void) {
    unit_test("ten arguments and no more", test_arguments);
    unit_test("16 KiB an argument and no more", test_bytes);
    unit_test("an argument that has come whole counts, too",
              test_whole_argument);
    return unit_end();
}
