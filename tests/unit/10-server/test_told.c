/* Units of effects without the messages in them. */
#include "told.h"

#include "buf_slice.h"
#include "command.h"
#include "unit.h"
#include "words.h"

/* Appends a request for each text; a NULL ends them. Their words have single
 * blanks between them. */
static void append_requests(struct buf *out, const char *const *texts) {
    for (; *texts != NULL; texts++) {
        struct slice words[8];
        size_t count = 0;
        for (const char *at = *texts; *at != '\0';) {
            size_t len = strcspn(at, " ");
            words[count++] = (struct slice){(char *)at, len};
            at += len + (at[len] == ' ');
        }
        words_write(out, words, count);
    }
}

static void leaves(const char *const *unit, const char *const *due) {
    struct buf all = {0}, rest = {0}, wanted = {0};
    append_requests(&all, unit);
    append_requests(&wanted, due);
    told_leave_out(buf_slice(&all), &rest);
    CHECK_BYTES(buf_slice(&rest).ptr, buf_len(&rest), buf_slice(&wanted).ptr,
                buf_len(&wanted));
    buf_free(&all);
    buf_free(&rest);
    buf_free(&wanted);
}

#define TEXTS(...) ((const char *const[]){__VA_ARGS__})

static void test_units(void) {
    leaves(TEXTS("PUBLISH c x", NULL), TEXTS(NULL));
    leaves(TEXTS("SELECT 9", "spublish c x", NULL), TEXTS("SELECT 9", NULL));
    leaves(TEXTS("MULTI", "SET k v", "publish c x", "DEL k", "EXEC", NULL),
           TEXTS("MULTI", "SET k v", "DEL k", "EXEC", NULL));
    /* The name of a channel or a value is no command. */
    leaves(TEXTS("SET k PUBLISH", NULL), TEXTS("SET k PUBLISH", NULL));
    /* A command that was renamed when the unit was told. */
    leaves(TEXTS("say c x", "PUBLISH c x", NULL), TEXTS("say c x", NULL));
}

int main(void) {
    command_start();
    unit_test("only the messages are left out", test_units);
    return unit_end();
}
