#include "supervisor.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "log.h"
#include "process.h"
#include "settings.h"

enum kind { UPSTART, SYSTEMD, AUTO, NONE };

static const char *const kinds[] = {"upstart", "systemd", "auto", "no", NULL};
static int64_t asked = NONE;

const struct setting supervisor_settings[] = {
    {"supervised", SETTING_CHOICE, SETTING_FIXED, &asked, .words = kinds},
    {0},
};

static enum kind found(void) {
    bool upstart = getenv("UPSTART_JOB") != NULL;
    bool systemd = getenv("NOTIFY_SOCKET") != NULL;
    if (upstart && (asked == UPSTART || asked == AUTO))
        return UPSTART;
    if (systemd && (asked == SYSTEMD || asked == AUTO))
        return SYSTEMD;
    return NONE;
}

const char *process_supervisor(void) {
    return kinds[found()];
}

bool supervisor_waits(void) {
    return found() != NONE;
}

/* A name that begins with @ is in the abstract namespace, where that byte is a
 * NUL. */
static void send_to_systemd(const char *text) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = getenv("NOTIFY_SOCKET");
    size_t len = path != NULL ? strlen(path) : 0;
    if (len == 0 || (path[0] != '/' && path[0] != '@') ||
        len >= sizeof address.sun_path)
        return;
    memcpy(address.sun_path, path, len);
    if (path[0] == '@')
        address.sun_path[0] = '\0';
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
    if (sendto(fd, text, strlen(text), MSG_NOSIGNAL,
               (struct sockaddr *)&address, size) < 0)
        log_warn("systemd does not listen: %s", strerror(errno));
    close(fd);
}

void supervisor_tell(const char *text) {
    switch (found()) {
    case SYSTEMD: send_to_systemd(text); break;
    case UPSTART:
        if (strstr(text, "READY") != NULL)
            /* upstart takes the stop as the word that the server is ready, and
             * continues it. */
            raise(SIGSTOP);
        break;
    default: break;
    }
}
