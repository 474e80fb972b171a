/* A log line stays one line, whatever it is told. */
#include "log.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "unit.h"

/* What was logged since the last look. */
static char seen[4 * LOG_LINE_MAX];
static size_t seen_len;
static FILE *diary;

static void look(void) {
    fflush(diary);
    rewind(diary);
    seen_len = fread(seen, 1, sizeof seen - 1, diary);
    seen[seen_len] = '\0';
    rewind(diary);
    if (ftruncate(fileno(diary), 0) != 0)
        abort();
    lseek(STDERR_FILENO, 0, SEEK_SET);
}

static void test_form(void) {
    log_info("ready on port %d", 7000);
    look();
    /* 2026-11-22 21:48:03.127 info  ready on port 7000 */
    CHECK_INT(seen_len, 24 + 6 + 18 + 1);
    CHECK(seen[4] == '-' && seen[10] == ' ' && seen[19] == '.');
    CHECK_TEXT(seen + 24, seen_len - 24, "info  ready on port 7000\n");
    log_warn("a");
    log_error("b");
    look();
    CHECK(strstr(seen, "warn  a\n") != NULL);
    CHECK(strstr(seen, "error b\n") != NULL);
}

static void test_control_characters(void) {
    log_info("%s", "two\nlines\r\t\x1b[31m\x7f, and \xc3\xa9");
    look();
    CHECK_TEXT(seen + 30, seen_len - 30, "two?lines???[31m?, and \xc3\xa9\n");
}

static void test_long_line(void) {
    char text[3 * LOG_LINE_MAX];
    memset(text, 'x', sizeof text);
    for (size_t len = LOG_LINE_MAX - 40; len < LOG_LINE_MAX + 3; len++) {
        log_info("%.*s", (int)len, text);
        look();
        CHECK(seen_len <= LOG_LINE_MAX);
        CHECK(seen_len > 0 && seen[seen_len - 1] == '\n');
        CHECK(memchr(seen, '\0', seen_len) == NULL);
    }
    log_info("%.*s", (int)sizeof text, text);
    look();
    CHECK(seen_len <= LOG_LINE_MAX && seen[seen_len - 1] == '\n');
}

static void test_errno(void) {
    errno = ENOENT;
    log_warn("something");
    CHECK_INT(errno, ENOENT);
    look();
}

static void test_due(void) {
    const int64_t minute_us = 60000000;
    int64_t last_us = 0, other_us = 0;
    CHECK(log_due(&last_us));
    CHECK(!log_due(&last_us));
    CHECK(log_due(&other_us));
    last_us -= minute_us - 1000000;
    CHECK(!log_due(&last_us));
    last_us -= 1000000;
    CHECK(log_due(&last_us));
    CHECK(!log_due(&last_us));
}

int main(void) {
    diary = tmpfile();
    if (diary == NULL || dup2(fileno(diary), STDERR_FILENO) == -1)
        return 1;
    unit_test("time, level, text, one line", test_form);
    unit_test("control characters do not get through", test_control_characters);
    unit_test("a long text is cut, and the line ends", test_long_line);
    unit_test("errno is left alone", test_errno);
    unit_test("what strangers cause is told once a minute", test_due);
    fclose(diary);
    return unit_end();
}
