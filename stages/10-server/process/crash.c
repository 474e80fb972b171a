#include "crash.h"

#include <execinfo.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ucontext.h>
#include <unistd.h>

#include "log_file.h"
#include "settings.h"
#include "version.h"

static bool enabled = true;

static const char *enabled_changed(void) {
    crash_start();
    return NULL;
}

const struct setting crash_settings[] = {
    {"crash-log-enabled", SETTING_YES_NO(enabled), .changed = enabled_changed},
    {0},
};

/* A signal handler must not call anything that takes a lock or allocates
 * memory, because the crash may have happened in the middle of it
 * (signal-safety(7)). So everything is written by write(2). */

static int report;

static void put(const char *text) {
    /* Nothing can be done if the report cannot be written. */
    ssize_t ignored = write(report, text, strlen(text));
    (void)ignored;
}

static void put_hex(uint64_t number) {
    char text[2 + 16 + 1] = "0x";
    for (int i = 0; i < 16; i++)
        text[2 + i] = "0123456789abcdef"[number >> (60 - 4 * i) & 15];
    text[18] = '\0';
    put(text);
}

static void put_named(const char *label, uint64_t number) {
    put(label);
    put_hex(number);
    put("\n");
}

static const char *name_of(int signal) {
    switch (signal) {
    case SIGSEGV: return "SIGSEGV";
    case SIGBUS: return "SIGBUS";
    case SIGFPE: return "SIGFPE";
    case SIGILL: return "SIGILL";
    default: return "SIGABRT";
    }
}

#if defined(__x86_64__)
static void put_registers(const mcontext_t *at) {
    static const char names[][8] = {
        "  r8  ", "  r9  ", "  r10 ", "  r11 ", "  r12 ", "  r13 ",
        "  r14 ", "  r15 ", "  rdi ", "  rsi ", "  rbp ", "  rbx ",
        "  rdx ", "  rax ", "  rcx ", "  rsp ", "  rip "};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        put_named(names[i], (uint64_t)at->gregs[i]);
}
#else
static void put_registers(const mcontext_t *at) {
    (void)at;
}
#endif

static void put_stack(void) {
    void *frames[64];
    int count = backtrace(frames, sizeof frames / sizeof frames[0]);
    backtrace_symbols_fd(frames, count, report);
}

/* The handler is used for one signal only: raising it again ends the
 * process. */
static void on_crash(int signal, siginfo_t *info, void *context) {
    int fd = log_file_open();
    /* A log that cannot be opened must not cost the report. */
    report = fd >= 0 ? fd : STDERR_FILENO;
    put("\n=== CRASH: " SERVER_NAME " " SERVER_VERSION ", signal ");
    put(name_of(signal));
    put_named("\naddress ", (uint64_t)(uintptr_t)info->si_addr);
    put("registers\n");
    put_registers(&((ucontext_t *)context)->uc_mcontext);
    put("stack (addr2line -e server ADDRESS names the lines)\n");
    put_stack();
    put("=== END OF THE REPORT\n");
    raise(signal);
}

/* Sanitizers have handlers of their own, which report more. */
static bool others_handle_it(void) {
    struct sigaction now;
    return sigaction(SIGSEGV, NULL, &now) != 0 ||
           (now.sa_handler != SIG_DFL && now.sa_sigaction != on_crash);
}

/* The handler has a stack of its own, because an overflow of the stack may be
 * the cause of the crash. The first call of backtrace() allocates memory, so it
 * is made here. */
void crash_start(void) {
    static char stack[64 * 1024];
    static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    stack_t own = {.ss_sp = stack, .ss_size = sizeof stack};
    void *frame;
    if (others_handle_it())
        return;
    (void)backtrace(&frame, 1);
    sigaltstack(&own, NULL);
    /* The first signal restores the default, and is not blocked in its handler.
     * So raise() there ends the process, and so does the same crash in the
     * report. */
    unsigned flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND | SA_NODEFER;
    struct sigaction action = {.sa_sigaction = on_crash,
                               .sa_flags = (int)flags};
    if (!enabled)
        action = (struct sigaction){.sa_handler = SIG_DFL};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        sigaction(signals[i], &action, NULL);
}
