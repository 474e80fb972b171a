#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "loop.h"

/* A signal may arrive after the loop has checked a flag and before it sleeps,
 * and the sleep would then go on. So the handler writes the number of the
 * signal into a pipe that the loop watches (Bernstein's self-pipe). */
static int ends[2];
static struct watch watch;
static void (*tell)(int signal);

static void on_signal(int signal) {
    int saved = errno; /* of the code that was interrupted */
    char number = (char)signal;
    /* A full pipe is fine: there is a byte in it already. */
    (void)!write(ends[1], &number, 1);
    errno = saved;
}

static void on_pipe(struct watch *ready, unsigned events) {
    (void)events;
    char numbers[64];
    /* If several came together, the first one counts. */
    if (read(ready->fd, numbers, sizeof numbers) > 0)
        tell(numbers[0]);
}

bool signals_watch(void (*asked)(int signal)) {
    if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0) {
        log_error("cannot make a pipe: %s", strerror(errno));
        return false;
    }
    tell = asked;
    struct sigaction stop = {.sa_handler = on_signal};
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &stop, NULL);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    watch =
        (struct watch){.fd = ends[0], .events = LOOP_READ, .ready = on_pipe};
    loop_add(&watch);
    return true;
}
