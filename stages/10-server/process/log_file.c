#include "log_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "log.h"
#include "settings.h"

static const char *const levels[] = {"debug",   "verbose", "notice",
                                     "warning", "nothing", NULL};
enum { NOTICE = 2, WARNING = 3, NOTHING = 4 };
static int64_t level = NOTICE;
static char *path;

static bool to_system;
static char *system_name;
static const char *const facilities[] = {"user",   "local0", "local1", "local2",
                                         "local3", "local4", "local5", "local6",
                                         "local7", NULL};
static int64_t facility = 1;

const struct setting log_settings[] = {
    {"loglevel", SETTING_CHOICE, 0, &level, .words = levels,
     .help = "debug, verbose, notice, warning or nothing"},
    {"logfile", SETTING_TEXT, SETTING_FIXED, &path,
     .help = "where the log goes instead of standard error"},
    {"syslog-enabled", SETTING_BOOL, SETTING_FIXED, &to_system},
    {"syslog-ident", SETTING_TEXT, SETTING_FIXED, &system_name,
     .text = "redis"},
    {"syslog-facility", SETTING_CHOICE, SETTING_FIXED, &facility,
     .words = facilities},
    {0},
};

/* The file is opened for each line, so that it can be renamed and a new one
 * begins, without telling the server. */
int log_file_open(void) {
    return path == NULL
               ? STDERR_FILENO
               : open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
}

static void write_line(enum log_level line_level, const char *line,
                       size_t len) {
    bool warns = line_level != LOG_LEVEL_INFO;
    /* There are no lines for debug and verbose, so these show what notice
     * shows. */
    if (level == NOTHING || (level == WARNING && !warns))
        return;
    int fd = log_file_open();
    if (fd >= 0) {
        /* There is nowhere to report a failure. */
        ssize_t ignored = write(fd, line, len);
        (void)ignored;
        if (fd != STDERR_FILENO)
            close(fd);
    }
    if (to_system)
        syslog(warns ? LOG_WARNING : LOG_NOTICE, "%.*s", (int)len, line);
}

/* The numbers of the local facilities follow one another, in steps of 8. */
static int facility_number(void) {
    return facility == 0 ? LOG_USER
                         : ((LOG_LOCAL0 >> 3) + (int)facility - 1) * 8;
}

bool log_file_start(void) {
    int fd = log_file_open();
    if (fd < 0) {
        log_error("can't open the log file %s: %s", path, strerror(errno));
        return false;
    }
    if (fd != STDERR_FILENO)
        close(fd);
    if (to_system)
        openlog(system_name, LOG_PID | LOG_NDELAY | LOG_NOWAIT,
                facility_number());
    log_write = write_line;
    return true;
}
