/* The parser of requests: what it makes of bytes, however they come.
 *
 * Every input is fed whole, cut at each byte, and a byte at a time. Each call
 * gets the bytes in a fresh block of exactly their size, so that an argument
 * that still points into the last block, or a look past the end, is met by
 * AddressSanitizer. */
#include "resp.h"

#include <stdlib.h>

#include "unit.h"

/* What came of an input: each request as "(word)(word)\n", then
 * "more\n" if something is left, or the error. */
struct outcome {
    char text[65536];
    size_t len;
};

static void note(struct outcome *outcome, const void *bytes, size_t len) {
    if (len > sizeof outcome->text - outcome->len)
        abort();
    if (len > 0)
        memcpy(outcome->text + outcome->len, bytes, len);
    outcome->len += len;
}

static void note_request(struct outcome *outcome,
                         const struct request *request) {
    for (size_t i = 0; i < request->argc; i++) {
        note(outcome, "(", 1);
        note(outcome, request->argv[i].ptr, request->argv[i].len);
        note(outcome, ")", 1);
    }
    note(outcome, "\n", 1);
}

/* A connection: the bytes that wait, and the request that is half read. */
struct stream {
    struct request request;
    char *bytes;
    size_t len;
    bool wrong;
};

/* Puts the bytes into a new block, len of them from the given place. */
static void stream_move(struct stream *stream, size_t from, const char *more,
                        size_t more_len) {
    size_t kept = stream->len - from;
    char *block = malloc(kept + more_len + (kept + more_len == 0));
    if (kept > 0)
        memcpy(block, stream->bytes + from, kept);
    if (more_len > 0)
        memcpy(block + kept, more, more_len);
    free(stream->bytes);
    stream->bytes = block;
    stream->len = kept + more_len;
}

static void stream_feed(struct stream *stream, const char *bytes, size_t len,
                        struct outcome *outcome) {
    if (stream->wrong)
        return;
    stream_move(stream, 0, bytes, len);
    char error[RESP_ERROR_SIZE];
    enum resp_status status;
    while ((status = resp_parse(&stream->request, stream->bytes, stream->len,
                                error)) == RESP_DONE) {
        note_request(outcome, &stream->request);
        size_t size = stream->request.size;
        request_reset(&stream->request);
        stream_move(stream, size, NULL, 0);
    }
    if (status == RESP_WRONG) {
        stream->wrong = true;
        note(outcome, error, strlen(error));
        note(outcome, "\n", 1);
    }
}

static void stream_end(struct stream *stream, struct outcome *outcome) {
    if (!stream->wrong && stream->len > 0)
        note(outcome, "more\n", 5);
    request_free(&stream->request);
    free(stream->bytes);
}

/* Feeds the input in two parts, or, with cut 0, a byte at a time. */
static void run_cut(const char *input, size_t len, size_t cut,
                    struct outcome *outcome) {
    struct stream stream = {0};
    outcome->len = 0;
    if (cut > 0) {
        stream_feed(&stream, input, cut, outcome);
        stream_feed(&stream, input + cut, len - cut, outcome);
    } else {
        for (size_t i = 0; i < len; i++)
            stream_feed(&stream, input + i, 1, outcome);
    }
    stream_end(&stream, outcome);
}

/* Whether every way of cutting the input comes to what is due. Says what
 * came instead. */
static bool comes_to(const char *input, size_t len, const char *due,
                     size_t due_len) {
    static struct outcome outcome;
    for (size_t cut = 0; cut <= len; cut++) {
        run_cut(input, len, cut, &outcome);
        if (outcome.len == due_len && memcmp(outcome.text, due, due_len) == 0)
            continue;
        printf("# cut after byte %zu, ", cut);
        unit_print_bytes(input, len);
        printf(" comes to ");
        unit_print_bytes(outcome.text, outcome.len);
        printf("\n");
        return false;
    }
    return true;
}

/* The input and what it comes to, both literals that may hold NUL bytes. */
#define COMES_TO(input, due) \
    CHECK(comes_to((input), sizeof(input) - 1, (due), sizeof(due) - 1))

static void test_arrays(void) {
    COMES_TO("*1\r\n$4\r\nPING\r\n", "(PING)\n");
    COMES_TO("*2\r\n$4\r\nECHO\r\n$5\r\ngrape\r\n", "(ECHO)(grape)\n");
    COMES_TO("*2\r\n$4\r\nECHO\r\n$0\r\n\r\n", "(ECHO)()\n");
    COMES_TO("*1\r\n$12\r\n123456789012\r\n", "(123456789012)\n");
    COMES_TO("*1\r\n$6\r\n\r\n*1\r\n\r\n", "(\r\n*1\r\n)\n");
    COMES_TO("*1\r\n$3\r\n\0\xff\0\r\n", "(\0\xff\0)\n");
    /* Nothing to do, which is no error. */
    COMES_TO("*0\r\n", "\n");
    COMES_TO("*-1\r\n", "\n");
    COMES_TO("*-10\r\n*1\r\n$1\r\nA\r\n", "\n(A)\n");
    /* The bytes behind a \r and behind an argument are not looked at. */
    COMES_TO("*1\rx$1\ryAzz*1\r\n$1\r\nB\r\n", "(A)\n(B)\n");
}

static void test_pipelines(void) {
    COMES_TO("*1\r\n$1\r\nA\r\n*2\r\n$1\r\nB\r\n$2\r\nCC\r\nD e\r\n*1\r\n$1\r\n"
             "F\r\n",
             "(A)\n(B)(CC)\n(D)(e)\n(F)\n");
    COMES_TO("*1\r\n$1\r\nA\r\n*2\r\n$1\r\nB\r\n$2\r\nC", "(A)\nmore\n");
    COMES_TO("*1\r\n$1\r\nA\r\n*", "(A)\nmore\n");
    COMES_TO("A\r\nB", "(A)\nmore\n");
}

static void test_many_arguments(void) {
    /* More than the array of arguments holds at first, and than it keeps. */
    char input[2048], due[2048];
    size_t len = (size_t)sprintf(input, "*150\r\n"), due_len = 0;
    for (int i = 0; i < 150; i++) {
        len += (size_t)sprintf(input + len, "$3\r\n%03d\r\n", i);
        due_len += (size_t)sprintf(due + due_len, "(%03d)", i);
    }
    due[due_len++] = '\n';
    CHECK(comes_to(input, len, due, due_len));
}

static void test_typed(void) {
    COMES_TO("PING\r\n", "(PING)\n");
    COMES_TO("PING\n", "(PING)\n");
    COMES_TO("\r\n\n  \r\nPING\n", "\n\n\n(PING)\n");
    COMES_TO("  SET\tkey \v value  \r\n", "(SET)(key)(value)\n");
    COMES_TO("$3\r\n:1\n", "($3)\n(:1)\n");
    COMES_TO("a\0b c\n", "more\n");
    COMES_TO("a\rb\r\n", "(a)(b)\n");
    COMES_TO("\f\va\vb\f \"c\"\vd\n", "(a\vb\f)(c)(d)\n");
}

static void test_quotes(void) {
    COMES_TO("ECHO \"a b\"\r\n", "(ECHO)(a b)\n");
    COMES_TO("ECHO 'a b'\r\n", "(ECHO)(a b)\n");
    COMES_TO("\"\" '' x\n", "()()(x)\n");
    COMES_TO("\"\\n\\r\\t\\b\\a\\\\\\\"\\q\"\n", "(\n\r\t\b\a\\\"q)\n");
    COMES_TO("\"\\x41\\xff\\x4\\xzz\\x\"\n", "(A\xffx4xzzx)\n");
    COMES_TO("'\\n\\'\\\\x'\n", "(\\n'\\\\x)\n");
    COMES_TO("a\"b c\"\n", "(ab c)\n");
    COMES_TO("\"'\" '\"'\n", "(')(\")\n");
    static const char unbalanced[] =
        "ERR Protocol error: unbalanced quotes in request\n";
    const char *const wrong[] = {"\"\n",      "'\n",       "ECHO \"a\r\n",
                                 "'a\\'\n",   "\"a\"b\n",  "'a'b c\n",
                                 "\"a\\\"\n", "\"a\\\r\n", "x \"y\"'z'\n"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        CHECK(comes_to(wrong[i], strlen(wrong[i]), unbalanced,
                       sizeof unbalanced - 1));
}

#define WRONG "ERR Protocol error: "

static void test_wrong_lengths(void) {
    COMES_TO("*x\r\n", WRONG "invalid multibulk length\n");
    COMES_TO("*\r\n", WRONG "invalid multibulk length\n");
    COMES_TO("*01\r\n", WRONG "invalid multibulk length\n");
    COMES_TO("*+1\r\n", WRONG "invalid multibulk length\n");
    COMES_TO("* 1\r\n", WRONG "invalid multibulk length\n");
    COMES_TO("*1.0\r\n", WRONG "invalid multibulk length\n");
    COMES_TO("*2147483648\r\n", WRONG "invalid multibulk length\n");
    COMES_TO("*99999999999999999999\r\n", WRONG "invalid multibulk length\n");
    COMES_TO("*2147483647\r\n", "more\n");
    COMES_TO("*1\r\n$x\r\n", WRONG "invalid bulk length\n");
    COMES_TO("*1\r\n$-1\r\n", WRONG "invalid bulk length\n");
    COMES_TO("*1\r\n$\r\n", WRONG "invalid bulk length\n");
    COMES_TO("*1\r\n$007\r\n", WRONG "invalid bulk length\n");
    COMES_TO("*1\r\n$536870913\r\n", WRONG "invalid bulk length\n");
    COMES_TO("*1\r\n$9223372036854775808\r\n", WRONG "invalid bulk length\n");
    COMES_TO("*1\r\n$536870912\r\nx", "more\n");
    COMES_TO("*1\r\nPING\r\n", WRONG "expected '$', got 'P'\n");
    /* An error is one line, whatever the byte was. */
    COMES_TO("*1\r\n\n1\r\n", WRONG "expected '$', got ' '\n");
    COMES_TO("*1\r\n\r\n1\r\n", WRONG "expected '$', got ' '\n");
    COMES_TO("*2\r\n$1\r\nA\r\n:1\r\n", WRONG "expected '$', got ':'\n");
    /* What came before is answered before. */
    COMES_TO("A\r\n*x\r\nB\r\n", "(A)\n" WRONG "invalid multibulk length\n");
}

/* Bytes of a line that has no end, and the error it comes to when one more
 * than the limit came. Cutting at each byte would take long here. */
static void test_endless_lines(void) {
    static const struct {
        const char *start, *error;
    } lines[] = {
        {"*1", WRONG "too big mbulk count string\n"},
        {"*1\r\n$1", WRONG "too big bulk count string\n"},
        {"PING", WRONG "too big inline request\n"},
    };
    static char input[RESP_LINE_LIMIT * 2];
    static struct outcome outcome;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        const char *start = lines[i].start;
        size_t line =
            strlen(strrchr(start, '\n') ? strrchr(start, '\n') + 1 : start);
        size_t limit = RESP_LINE_LIMIT + strlen(start) - line;
        memset(input, '1', sizeof input);
        memcpy(input, start, strlen(start));
        run_cut(input, limit, limit / 2, &outcome);
        CHECK(outcome.len == 5 && memcmp(outcome.text, "more\n", 5) == 0);
        run_cut(input, limit + 1, limit, &outcome);
        CHECK(outcome.len == strlen(lines[i].error) &&
              memcmp(outcome.text, lines[i].error, outcome.len) == 0);
    }
}

/* Random requests of random bytes, a few behind each other, in both forms. */
static void test_random(void) {
    uint64_t seed = 3;
    bool good = true;
    for (int round = 0; round < 2000 && good; round++) {
        char input[4096], due[4096];
        size_t len = 0, due_len = 0;
        for (int requests = (int)unit_random_below(&seed, 4); requests >= 0;
             requests--) {
            int args = 1 + (int)unit_random_below(&seed, 4);
            bool typed = unit_random_below(&seed, 3) == 0;
            if (!typed)
                len += (size_t)sprintf(input + len, "*%d\r\n", args);
            for (int a = 0; a < args; a++) {
                int bytes = (int)unit_random_below(&seed, 12);
                if (typed)
                    input[len++] = '"';
                else
                    len += (size_t)sprintf(input + len, "$%d\r\n", bytes);
                due[due_len++] = '(';
                for (int b = 0; b < bytes; b++) {
                    char c = (char)unit_random(&seed);
                    if (typed)
                        len += (size_t)sprintf(input + len, "\\x%02X",
                                               (unsigned char)c);
                    else
                        input[len++] = c;
                    due[due_len++] = c;
                }
                due[due_len++] = ')';
                len +=
                    (size_t)sprintf(input + len, "%s", typed ? "\" " : "\r\n");
            }
            if (typed)
                input[len++] = '\n';
            due[due_len++] = '\n';
        }
        good = comes_to(input, len, due, due_len);
    }
    CHECK(good);
}

/* A request that dribbles in is not read again from its start: were it, these
 * 100,000 calls would take minutes instead of milliseconds. */
static void test_dribble(void) {
    enum { ARGS = 20000, ARG = 7 }; /* "$1\r\nx\r\n" */
    static char input[16 + ARGS * ARG];
    size_t len = (size_t)sprintf(input, "*%d\r\n", ARGS);
    for (int i = 0; i < ARGS; i++)
        len += (size_t)sprintf(input + len, "$1\r\nx\r\n");
    struct request request = {0};
    char error[RESP_ERROR_SIZE];
    enum resp_status status = RESP_MORE;
    bool early = false;
    for (size_t i = 1; i <= len; i++) {
        early |= status != RESP_MORE;
        status = resp_parse(&request, input, i, error);
    }
    CHECK(!early && status == RESP_DONE);
    CHECK(request.argc == ARGS && request.size == len);
    request_free(&request);
}

int main(void) {
    unit_test("arrays of bulk strings", test_arrays);
    unit_test("requests behind each other, and a part of one", test_pipelines);
    unit_test("more arguments than there is room for at first",
              test_many_arguments);
    unit_test("typed lines", test_typed);
    unit_test("quotes in typed lines", test_quotes);
    unit_test("lengths and counts that are wrong", test_wrong_lengths);
    unit_test("lines without an end", test_endless_lines);
    unit_test("random requests of random bytes", test_random);
    unit_test("a request that dribbles in is read once", test_dribble);
    return unit_end();
}
