#include "cpu_list.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "child.h"
#include "errand.h"
#include "log.h"
#include "settings.h"

static char *server_list, *threads_list, *snapshot_list, *rewrite_list;

const struct setting cpu_settings[] = {
    {"server_cpulist", SETTING_TEXT, SETTING_FIXED, &server_list},
    {"bio_cpulist", SETTING_TEXT, SETTING_FIXED, &threads_list},
    {"bgsave_cpulist", SETTING_TEXT, SETTING_FIXED, &snapshot_list},
    {"aof_rewrite_cpulist", SETTING_TEXT, SETTING_FIXED, &rewrite_list},
    {0},
};

/* Reads a number, and moves the text past it. Returns false if there is none,
 * or none that can be a core. */
static bool read_number(const char **text, unsigned long *number) {
    char *end;
    /* strtoul() would accept blanks and a sign. */
    if (**text < '0' || **text > '9')
        return false;
    *number = strtoul(*text, &end, 10);
    *text = end;
    /* A number too long for the type is ULONG_MAX here, which is refused as
     * well. */
    return *number < CPU_SETSIZE;
}

/* Reads a number behind a sign. If the sign is not there, the number stays. */
static bool read_part(const char **text, char sign, unsigned long *number) {
    if (**text != sign)
        return true;
    ++*text;
    return read_number(text, number);
}

/* Reads FIRST, FIRST-LAST or FIRST-LAST:STEP. */
static bool read_range(const char **text, cpu_set_t *cores) {
    unsigned long first, last, step = 1;
    if (!read_number(text, &first))
        return false;
    last = first;
    if (!read_part(text, '-', &last) || !read_part(text, ':', &step) ||
        step == 0 || last < first)
        return false;
    for (unsigned long core = first; core <= last; core += step)
        CPU_SET(core, cores);
    return true;
}

static bool read_list(const char *text, cpu_set_t *cores) {
    CPU_ZERO(cores);
    do
        if (!read_range(&text, cores))
            return false;
    while (*text++ == ',');
    /* The loop has gone one byte past the last range: it must be the end. */
    return text[-1] == '\0';
}

/* Returns false if the list names no cores. */
static bool cores_of(const char *list, cpu_set_t *cores) {
    if (list == NULL || *list == '\0')
        return false;
    if (read_list(list, cores))
        return true;
    log_warn("'%s' is no list of cores", list);
    return false;
}

/* Binds the thread that calls it. */
static void bind_to(void *cores) {
    if (sched_setaffinity(0, sizeof(cpu_set_t), cores) != 0)
        log_warn("cannot choose the cores to run on: %s", strerror(errno));
}

static void bind_by(const char *list) {
    cpu_set_t cores;
    if (cores_of(list, &cores))
        bind_to(&cores);
}

static void forked(void) {
    /* Without a name it is another fork, such as that into the background. */
    if (child_name != NULL)
        bind_by(strcmp(child_name, "aof-rewrite") == 0 ? rewrite_list
                                                       : snapshot_list);
}

void cpu_list_start(void) {
    static cpu_set_t of_threads;
    bind_by(server_list);
    if (cores_of(threads_list, &of_threads)) {
        background_run(&background_cleaning, bind_to, &of_threads);
        background_run(&background_syncing, bind_to, &of_threads);
        background_run(&background_replacing, bind_to, &of_threads);
    }
    (void)pthread_atfork(NULL, NULL, forked); /* fails if memory is short */
}
