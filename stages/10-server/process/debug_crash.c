/* Subcommands of DEBUG that make the server crash in one of several ways, and
 * two that write what they are given. Test suites use them to see what the log
 * reports. */
#include <assert.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>

#include "debug.h"
#include "log.h"
#include "reply.h"
#include "xalloc.h"

/* DEBUG SEGFAULT */
static void debug_segfault(struct client *client, struct request *request) {
    (void)client, (void)request;
    (void)raise(SIGSEGV);
}

/* DEBUG PANIC */
static void debug_panic(struct client *client, struct request *request) {
    (void)client, (void)request;
    log_error("DEBUG PANIC was asked for");
    abort();
}

/* DEBUG ASSERT */
static void debug_assert(struct client *client, struct request *request) {
    (void)client;
    assert(request == NULL); /* which it never is */
}

/* DEBUG OOM
 *
 * Asks for more memory than there is. */
static void debug_oom(struct client *client, struct request *request) {
    (void)client, (void)request;
    free(xmalloc(PTRDIFF_MAX / 2));
}

/* DEBUG LOG message */
static void debug_log(struct client *client, struct request *request) {
    struct slice text = request->argv[2];
    log_warn("DEBUG LOG: %.*s", (int)text.len, text.ptr);
    reply_ok(client);
}

/* DEBUG ERROR message */
static void debug_error(struct client *client, struct request *request) {
    struct slice text = request->argv[2];
    reply_errorf(client, "%.*s", (int)text.len, text.ptr);
}

const struct debug_subcommand crash_debugs[] = {
    {"assert", debug_assert, 2, 2, "ASSERT",
     "Ends the server as an assertion that does not hold does."},
    {"error", debug_error, 3, 3, "ERROR message",
     "Answers the message as an error."},
    {"log", debug_log, 3, 3, "LOG message", "Writes the message to the log."},
    {"oom", debug_oom, 2, 2, "OOM",
     "Ends the server as it ends when there is no memory left."},
    {"panic", debug_panic, 2, 2, "PANIC",
     "Ends the server as it ends when it finds itself at fault."},
    {"segfault", debug_segfault, 2, 2, "SEGFAULT",
     "Ends the server as a wrong address does."},
    {0},
};
