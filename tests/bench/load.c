/* Load generator of the bench.
 *
 * Sends RESP requests to a server on the loopback and measures the answers.
 * With two servers (--port given twice) it measures them in turn, in slices of
 * --seconds each: on a shared machine the speed changes many times a second, so
 * only slices that lie side by side can be compared.
 *
 * For a server there are one or two flows: the main one, and a slow probe that
 * sees how long a client waits while the main flow works the server. A flow is
 * a request template, a number of clients, a pipeline depth, and perhaps a
 * rate. Without a rate each client sends its next batch when the last one has
 * been answered; with a rate batches fall due on a clock and a latency counts
 * from the moment a batch was due, whether or not a client was free to send it.
 *
 * It must cost less than the server that it measures. A batch is encoded once,
 * and only the digits of keys and numbers are written again before it is sent;
 * of a reply only its boundaries are parsed, its first bytes compared with what
 * is due. All clients share one read buffer.
 *
 * A template is words between spaces, each one an argument:
 *
 *     GET {key}                       the key of a random index, "k000012345"
 *     INCR n{index:9}                 the index alone, here in nine digits
 *     SET {key} {int:8}               a random number of exactly eight digits
 *     SET {key} {value}               filler of --value-size bytes
 *     MSET [10 {key} {value}]         the words in brackets ten times, each
 *                                     time with an index of its own
 *     HSET {key/16} f{index%16:3} v   sixteen fields for each key: "/" divides
 *                                     the index and "%" takes its remainder
 *
 * The placeholders of one request (or one repetition) share one index. It is
 * random below --keys, or with --fill it runs from --from to --keys, once each.
 * All placeholders have a fixed width, so a batch never changes its size.
 *
 * The server's CPU time is read from its process clock (all threads, in ns)
 * while the server is idle, right before and right after each slice, so no part
 * of a clock tick is lost. The result is one line of JSON. */

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <linux/perf_event.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
    MAX_ARGUMENTS = 4096,
    MAX_PATCHES = 4096,
    MAX_PIDS = 16,
    MAX_TARGETS = 2,
    MAX_EVENTS = 512,
    READ_SIZE = 256 * 1024,
    MAX_LINE = 1024, /* longest header, simple string or error of a reply */
    STALL_SECONDS = 30,
};

static const uint64_t NS = 1000000000;

static void fail(const char *format, ...)
    __attribute__((format(printf, 1, 2), noreturn));

static void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("load: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

static void *allocate(size_t count, size_t size) {
    void *memory = calloc(count, size);
    if (!memory)
        fail("out of memory");
    return memory;
}

static uint64_t clock_ns(clockid_t clock) {
    struct timespec t;
    if (clock_gettime(clock, &t) != 0)
        return 0;
    return (uint64_t)t.tv_sec * NS + (uint64_t)t.tv_nsec;
}

static uint64_t now_ns(void) {
    return clock_ns(CLOCK_MONOTONIC);
}

/* --- Histogram: 128 buckets for each power of two, so within 0.8 %. --- */

enum {
    SUB_BITS = 7,
    SUB = 1 << SUB_BITS,
    TOP_BIT = 42,
    BUCKETS = (TOP_BIT - SUB_BITS + 1) * SUB
};

struct histogram {
    uint64_t counts[BUCKETS];
    uint64_t total;
    uint64_t max;
    double sum;
};

static size_t histogram_bucket(uint64_t value) {
    if (value < SUB)
        return (size_t)value;
    int shift = 63 - __builtin_clzll(value) - SUB_BITS;
    size_t bucket = ((size_t)shift << SUB_BITS) + (size_t)(value >> shift);
    return bucket < BUCKETS ? bucket : BUCKETS - 1;
}

/* The highest value that falls into the bucket. */
static uint64_t histogram_value(size_t bucket) {
    if (bucket < SUB)
        return bucket;
    size_t shift = (bucket >> SUB_BITS) - 1;
    return ((bucket - (shift << SUB_BITS) + 1) << shift) - 1;
}

static void histogram_add(struct histogram *h, uint64_t value, uint64_t count) {
    h->counts[histogram_bucket(value)] += count;
    h->total += count;
    h->sum += (double)value * (double)count;
    if (value > h->max)
        h->max = value;
}

static void histogram_merge(struct histogram *into, const struct histogram *h) {
    for (size_t bucket = 0; bucket < BUCKETS; bucket++)
        into->counts[bucket] += h->counts[bucket];
    into->total += h->total;
    into->sum += h->sum;
    if (h->max > into->max)
        into->max = h->max;
}

static uint64_t histogram_percentile(const struct histogram *h,
                                     double percent) {
    double due = (double)h->total * percent / 100.0;
    uint64_t seen = 0;
    for (size_t bucket = 0; bucket < BUCKETS; bucket++) {
        seen += h->counts[bucket];
        if (h->counts[bucket] && (double)seen >= due) {
            uint64_t value = histogram_value(bucket);
            return value < h->max ? value : h->max;
        }
    }
    return h->max;
}

/* --- Templates --- */

enum patch_kind { PATCH_INDEX, PATCH_INT };

/* Digits to write before a request is sent. */
struct patch {
    size_t at;
    size_t width;
    enum patch_kind kind;
    bool draw; /* takes the next index first */
    uint64_t divisor;
    uint64_t modulus; /* 0: none */
};

struct template {
    char *bytes; /* one request */
    size_t size, capacity;
    struct patch patches[MAX_PATCHES];
    size_t patch_count;
    size_t draws;
    bool need_draw;
};

struct sizes {
    size_t key;
    size_t value;
};

static void template_append(struct template *t, const char *bytes,
                            size_t size) {
    if (t->capacity - t->size < size) {
        t->capacity = (t->size + size) * 2;
        t->bytes = realloc(t->bytes, t->capacity);
        if (!t->bytes)
            fail("out of memory");
    }
    memcpy(t->bytes + t->size, bytes, size);
    t->size += size;
}

static void template_append_digits(struct template *t, struct patch patch) {
    if (t->patch_count == MAX_PATCHES)
        fail("too many placeholders");
    if (patch.width < 1 || patch.width > 64)
        fail("a number's width must be 1 to 64");
    if (patch.kind == PATCH_INDEX && t->need_draw) {
        patch.draw = true;
        t->need_draw = false;
        t->draws++;
    }
    patch.at = t->size;
    t->patches[t->patch_count++] = patch;
    for (size_t i = 0; i < patch.width; i++)
        template_append(t, "0", 1);
}

static void template_append_value(struct template *t, size_t width) {
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    uint32_t state = 12345;
    for (size_t i = 0; i < width; i++) {
        state = state * 1664525 + 1013904223;
        template_append(t, &letters[(state >> 16) % (sizeof letters - 1)], 1);
    }
}

struct placeholder {
    char name[16];
    uint64_t divisor, modulus, width; /* 0 where not given */
};

/* Reads "{name/D%M:W}" and returns what follows it. */
static const char *placeholder_parse(const char *text, struct placeholder *p) {
    const char *at = text + 1;
    size_t length = strcspn(at, "/%:}");
    memset(p, 0, sizeof *p);
    if (length >= sizeof p->name)
        fail("unknown placeholder in '%s'", text);
    memcpy(p->name, at, length);
    at += length;
    while (*at && *at != '}') {
        uint64_t *target = *at == '/'   ? &p->divisor
                           : *at == '%' ? &p->modulus
                                        : &p->width;
        char *end = NULL;
        errno = 0;
        *target = strtoull(at + 1, &end, 10);
        if (errno || end == at + 1 || *target == 0 || !strchr("/%:}", *end))
            fail("a number above 0 is due after '%c' in '%s'", *at, text);
        at = end;
    }
    if (*at != '}')
        fail("'}' is missing in '%s'", text);
    return at + 1;
}

static size_t placeholder_width(const struct placeholder *p,
                                struct sizes sizes) {
    if (p->width)
        return (size_t)p->width;
    if (strcmp(p->name, "key") == 0)
        return sizes.key;
    if (strcmp(p->name, "value") == 0)
        return sizes.value;
    if (strcmp(p->name, "index") == 0)
        return 10;
    if (strcmp(p->name, "int") == 0)
        return 8;
    fail("unknown placeholder {%s}: key, index, int and value are known",
         p->name);
}

static void template_append_placeholder(struct template *t,
                                        const struct placeholder *p,
                                        struct sizes sizes) {
    struct patch patch = {.width = placeholder_width(p, sizes),
                          .kind = strcmp(p->name, "int") == 0 ? PATCH_INT
                                                              : PATCH_INDEX,
                          .divisor = p->divisor ? p->divisor : 1,
                          .modulus = p->modulus};
    if (strcmp(p->name, "value") == 0) {
        template_append_value(t, patch.width);
        return;
    }
    if (strcmp(p->name, "key") == 0) {
        if (patch.width < 2)
            fail("a key has at least 2 bytes");
        template_append(t, "k", 1);
        patch.width--;
    }
    template_append_digits(t, patch);
}

static size_t argument_size(const char *text, struct sizes sizes) {
    size_t size = 0;
    while (*text) {
        struct placeholder p;
        if (*text != '{') {
            size++;
            text++;
            continue;
        }
        text = placeholder_parse(text, &p);
        size += placeholder_width(&p, sizes);
    }
    return size;
}

static void template_append_argument(struct template *t, const char *text,
                                     struct sizes sizes) {
    char header[32];
    int length =
        snprintf(header, sizeof header, "$%zu\r\n", argument_size(text, sizes));
    template_append(t, header, (size_t)length);
    while (*text) {
        struct placeholder p;
        if (*text != '{') {
            template_append(t, text++, 1);
            continue;
        }
        text = placeholder_parse(text, &p);
        template_append_placeholder(t, &p, sizes);
    }
    template_append(t, "\r\n", 2);
}

/* The words of a template after its groups have been written out. */
struct words {
    char *text[MAX_ARGUMENTS];
    bool draw[MAX_ARGUMENTS]; /* a new index from this word on */
    size_t count;
};

static void words_add(struct words *w, char *text, bool draw) {
    if (w->count == MAX_ARGUMENTS)
        fail("more than %d arguments", MAX_ARGUMENTS);
    w->text[w->count] = text;
    w->draw[w->count++] = draw;
}

/* Writes the words since `first` out until they are there `times` times. */
static void words_repeat(struct words *w, size_t first, unsigned long times) {
    size_t length = w->count - first;
    for (unsigned long n = 1; n < times; n++) {
        for (size_t i = 0; i < length; i++)
            words_add(w, w->text[first + i], i == 0);
    }
}

/* Cuts the template in place. */
static void words_cut(struct words *w, char *text) {
    unsigned long times = 0;
    size_t first = 0;
    char *rest = NULL;
    for (char *word = strtok_r(text, " ", &rest); word;
         word = strtok_r(NULL, " ", &rest)) {
        size_t length = strlen(word);
        if (word[0] == '[' && !times) {
            times = strtoul(word + 1, NULL, 10);
            if (times < 1)
                fail("a number above 0 is due after '['");
            first = w->count;
            continue;
        }
        bool last = times && word[length - 1] == ']';
        if (last)
            word[length - 1] = '\0';
        words_add(w, word, w->count == 0 || (times && w->count == first));
        if (last) {
            words_repeat(w, first, times);
            times = 0;
        }
    }
    if (times)
        fail("']' is missing");
    if (!w->count)
        fail("an empty command");
}

static void template_compile(struct template *t, const char *source,
                             struct sizes sizes) {
    struct words *words = allocate(1, sizeof *words);
    char *text = strdup(source);
    char header[32];
    if (!text)
        fail("out of memory");
    words_cut(words, text);
    int length = snprintf(header, sizeof header, "*%zu\r\n", words->count);
    template_append(t, header, (size_t)length);
    for (size_t i = 0; i < words->count; i++) {
        if (words->draw[i])
            t->need_draw = true;
        template_append_argument(t, words->text[i], sizes);
    }
    free(text);
    free(words);
}

/* --- Replies --- */

/* What is known of the reply being read. `elements` counts what is left of it,
 * nested ones included: an array of n adds n. */
struct reply {
    uint64_t elements;
    uint64_t skip; /* bytes of a bulk, its CR LF included, yet to come */
};

struct figures {
    uint64_t done, errors, nulls, unexpected;
    char first_error[200];
    struct histogram latency;
    struct histogram work; /* CPU time of the server during a wait */
};

/* --- Flows and clients --- */

struct client {
    int fd;
    char *batch;
    size_t size, sent;   /* bytes of the batch in flight */
    bool blocked;        /* the socket took only a part of it */
    uint32_t waiting;    /* replies still due */
    uint64_t since;      /* when the batch was sent, or was due */
    uint64_t work_since; /* what the task clock said then */
    struct reply reply;
    size_t carry_size; /* start of a line that the last read cut */
    char carry[MAX_LINE];
    struct flow *flow;
};

struct flow {
    struct template template;
    const char *expect; /* how each reply must begin */
    size_t expect_size;
    size_t client_count;
    struct client *clients;
    struct client **idle; /* clients without a batch in flight */
    size_t idle_count;
    uint32_t pipeline;
    double rate; /* requests a second; 0: as fast as answers come */

    uint64_t next_index, last_index; /* of a fill */
    uint64_t keys;
    bool fill;

    uint64_t requests; /* in a slice; UINT64_MAX: until the time is up */
    uint64_t requests_left;
    double interval;         /* ns between two batches of a paced flow */
    double due;              /* when its next batch is due */
    int task_clock;          /* of the server's first thread, or -1 */
    struct figures *figures; /* those of the slice */
    struct figures *kept;    /* those of all measured slices */
};

/* Readings of a server and of this process. A slice is the difference of two.
 */
struct reading {
    uint64_t time;
    uint64_t requests;
    uint64_t server;       /* CPU time of the whole process, ns */
    uint64_t user, system; /* the same by clock ticks: their proportion */
    uint64_t own;
    uint64_t p50, p99;
};

/* A server. */
struct target {
    int port;
    pid_t pids[MAX_PIDS];
    size_t pid_count;
    struct flow flows[2]; /* the main one and the probe */
    size_t flow_count;
    struct reading *slices;
};

static struct {
    bool pinned;
    double seconds, warmup;
    uint64_t slices;
    uint64_t seed;
    int epoll;
    bool stop; /* no more batches: the phase only waits for answers */
    char buffer[READ_SIZE + MAX_LINE];
    struct target targets[MAX_TARGETS];
    size_t target_count;
} load = {.slices = 1, .seed = 88172645463325252};

static uint64_t random_next(void) {
    load.seed ^= load.seed << 13;
    load.seed ^= load.seed >> 7;
    load.seed ^= load.seed << 17;
    return load.seed;
}

/* Below `limit`, which is less than 2^32. */
static uint64_t random_below(uint64_t limit) {
    return ((random_next() >> 32) * limit) >> 32;
}

static void write_digits(char *at, size_t width, uint64_t value) {
    static const char pairs[] =
        "00010203040506070809101112131415161718192021222324"
        "25262728293031323334353637383940414243444546474849"
        "50515253545556575859606162636465666768697071727374"
        "75767778798081828384858687888990919293949596979899";
    while (width >= 2) {
        width -= 2;
        memcpy(at + width, pairs + value % 100 * 2, 2);
        value /= 100;
    }
    if (width)
        at[0] = (char)('0' + value % 10);
}

static uint64_t flow_draw(struct flow *f) {
    return f->fill ? f->next_index++ : random_below(f->keys);
}

static void write_random_int(char *at, size_t width) {
    write_digits(at, width, random_next() >> 1);
    if (at[0] == '0')
        at[0] = (char)('1' + random_below(9));
}

static void flow_patch(struct flow *f, char *batch, size_t count) {
    const struct template *t = &f->template;
    for (size_t r = 0; r < count; r++, batch += t->size) {
        uint64_t index = 0;
        for (size_t i = 0; i < t->patch_count; i++) {
            const struct patch *p = &t->patches[i];
            if (p->kind == PATCH_INT) {
                write_random_int(batch + p->at, p->width);
                continue;
            }
            if (p->draw)
                index = flow_draw(f);
            uint64_t value = p->divisor == 1 ? index : index / p->divisor;
            write_digits(batch + p->at, p->width,
                         p->modulus ? value % p->modulus : value);
        }
    }
}

/* A clock of one thread of the server that is exact while the thread runs; the
 * process clock only moves with the scheduler. It tells a pause that the server
 * made from one that the machine made. -1 where the kernel grants none. */
static int task_clock_open(pid_t pid) {
    struct perf_event_attr attributes = {.type = PERF_TYPE_SOFTWARE,
                                         .size = sizeof attributes,
                                         .config = PERF_COUNT_SW_TASK_CLOCK,
                                         .exclude_kernel = 1};
    return (int)syscall(SYS_perf_event_open, &attributes, pid, -1, -1,
                        PERF_FLAG_FD_CLOEXEC);
}

static uint64_t task_clock_read(int clock) {
    uint64_t time = 0;
    if (read(clock, &time, sizeof time) != sizeof time)
        return 0;
    return time;
}

static void client_watch(struct client *c, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = c};
    if (epoll_ctl(load.epoll, EPOLL_CTL_MOD, c->fd, &event) != 0)
        fail("epoll_ctl: %s", strerror(errno));
}

static void client_write(struct client *c) {
    while (c->sent < c->size) {
        ssize_t n = send(c->fd, c->batch + c->sent, c->size - c->sent,
                         MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN) {
            if (!c->blocked)
                client_watch(c, EPOLLIN | EPOLLOUT);
            c->blocked = true;
            return;
        }
        if (n < 0)
            fail("the server closed a connection: %s", strerror(errno));
        c->sent += (size_t)n;
    }
    if (c->blocked)
        client_watch(c, EPOLLIN);
    c->blocked = false;
}

/* Sends the client's next batch, or leaves it idle when none is left. */
static void client_next(struct client *c, uint64_t since) {
    struct flow *f = c->flow;
    uint64_t count =
        f->requests_left < f->pipeline ? f->requests_left : f->pipeline;
    if (load.stop || !count) {
        f->idle[f->idle_count++] = c;
        return;
    }
    if (f->requests_left != UINT64_MAX)
        f->requests_left -= count;
    flow_patch(f, c->batch, count);
    c->size = count * f->template.size;
    c->sent = 0;
    c->waiting = (uint32_t)count;
    c->since = since;
    if (f->task_clock >= 0)
        c->work_since = task_clock_read(f->task_clock);
    client_write(c);
}

/* --- Reading replies --- */

static void figures_error(struct figures *t, const char *line, size_t size) {
    if (t->errors++ == 0) {
        size_t length =
            size < sizeof t->first_error - 1 ? size : sizeof t->first_error - 1;
        memcpy(t->first_error, line, length);
    }
}

static int64_t line_number(const char *line, const char *end) {
    const char *at = line + 1;
    bool negative = at < end && *at == '-';
    int64_t value = 0;
    at += negative;
    if (at == end || end - at > 18)
        fail("a malformed reply: '%.*s'", (int)(end - line), line);
    for (; at < end; at++) {
        if (*at < '0' || *at > '9')
            fail("a malformed reply: '%.*s'", (int)(end - line), line);
        value = value * 10 + (*at - '0');
    }
    return negative ? -value : value;
}

/* Takes one header line, CR LF not included. */
static void reply_line(struct client *c, const char *line, const char *end) {
    struct flow *f = c->flow;
    struct reply *r = &c->reply;
    size_t size = (size_t)(end - line);
    int64_t number = 0;
    if (r->elements == 0) {
        r->elements = 1;
        if (line[0] != '-' && (size < f->expect_size ||
                               memcmp(line, f->expect, f->expect_size) != 0))
            f->figures->unexpected++;
    }
    r->elements--;
    switch (line[0]) {
    case '+': break;
    case ':': line_number(line, end); break;
    case '-': figures_error(f->figures, line, size); break;
    case '$':
        number = line_number(line, end);
        if (number >= 0)
            r->skip = (uint64_t)number + 2;
        else
            f->figures->nulls++;
        break;
    case '*':
        number = line_number(line, end);
        if (number >= 0)
            r->elements += (uint64_t)number;
        else
            f->figures->nulls++;
        break;
    default:
        fail("a malformed reply: '%.*s'", (int)(size < 80 ? size : 80), line);
    }
}

/* Skips the rest of a bulk. Returns whether there is more to read after it. */
static bool reply_skip(struct reply *r, const char **at, const char *end) {
    uint64_t have = (uint64_t)(end - *at);
    if (r->skip >= 2 && r->skip <= have &&
        memcmp(*at + r->skip - 2, "\r\n", 2) != 0)
        fail("a bulk string does not end where its length says");
    uint64_t step = r->skip < have ? r->skip : have;
    r->skip -= step;
    *at += step;
    return r->skip == 0;
}

/* Counts the replies that end in [at, end) and keeps a cut line for later. */
static uint32_t client_parse(struct client *c, const char *at,
                             const char *end) {
    uint32_t complete = 0;
    while (at < end) {
        if (c->reply.skip == 0) {
            const char *newline = memchr(at, '\n', (size_t)(end - at));
            if (!newline)
                break;
            if (newline - at < 2 || newline[-1] != '\r')
                fail("a reply's line does not end with CR LF");
            reply_line(c, at, newline - 1);
            at = newline + 1;
        }
        if (c->reply.skip && !reply_skip(&c->reply, &at, end))
            break;
        if (c->reply.elements == 0)
            complete++;
    }
    c->carry_size = (size_t)(end - at);
    if (c->carry_size > MAX_LINE)
        fail("a reply's line is longer than %d bytes", MAX_LINE);
    memcpy(c->carry, at, c->carry_size);
    return complete;
}

static void client_read(struct client *c) {
    memcpy(load.buffer, c->carry, c->carry_size);
    ssize_t n =
        recv(c->fd, load.buffer + c->carry_size, READ_SIZE, MSG_DONTWAIT);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (n < 0)
        fail("a connection broke: %s", strerror(errno));
    if (n == 0)
        fail("the server closed a connection");
    uint64_t now = now_ns();
    uint32_t complete =
        client_parse(c, load.buffer, load.buffer + c->carry_size + n);
    if (!complete)
        return;
    if (complete > c->waiting)
        fail("the server sent more replies than it got requests");
    struct flow *f = c->flow;
    histogram_add(&f->figures->latency, now > c->since ? now - c->since : 0,
                  complete);
    f->figures->done += complete;
    if (f->task_clock >= 0)
        histogram_add(&f->figures->work,
                      task_clock_read(f->task_clock) - c->work_since, complete);
    c->waiting -= complete;
    if (c->waiting)
        return;
    if (f->rate > 0)
        f->idle[f->idle_count++] = c;
    else
        client_next(c, now);
}

/* --- Phases --- */

static void client_connect(struct client *c, int port) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port)};
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    int on = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0)
        fail("socket: %s", strerror(errno));
    if (connect(c->fd, (struct sockaddr *)&address, sizeof address) != 0)
        fail("cannot connect to port %d: %s", port, strerror(errno));
    /* Failing to set this would only cost speed. */
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (epoll_ctl(load.epoll, EPOLL_CTL_ADD, c->fd, &event) != 0)
        fail("epoll_ctl: %s", strerror(errno));
}

static void flow_open(struct flow *f, int port) {
    f->kept = allocate(1, sizeof *f->kept);
    f->figures = allocate(1, sizeof *f->figures);
    f->clients = allocate(f->client_count, sizeof *f->clients);
    f->idle = allocate(f->client_count, sizeof *f->idle);
    for (size_t i = 0; i < f->client_count; i++) {
        struct client *c = &f->clients[i];
        c->flow = f;
        c->batch = allocate(f->pipeline, f->template.size);
        for (size_t r = 0; r < f->pipeline; r++)
            memcpy(c->batch + r * f->template.size, f->template.bytes,
                   f->template.size);
        client_connect(c, port);
        f->idle[f->idle_count++] = c;
    }
}

static void read_ticks(pid_t pid, struct reading *r) {
    char path[64], text[1024];
    unsigned long user = 0, system = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    if (!file)
        return;
    size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[size] = '\0';
    /* The name in parentheses may hold anything, so start after the last one.
     */
    const char *at = strrchr(text, ')');
    if (!at ||
        sscanf(at + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
               &user, &system) != 2)
        return;
    uint64_t tick = NS / (uint64_t)sysconf(_SC_CLK_TCK);
    r->user += user * tick;
    r->system += system * tick;
}

static struct reading reading_take(const struct target *t) {
    struct reading r = {0};
    for (size_t i = 0; i < t->pid_count; i++) {
        clockid_t clock;
        if (clock_getcpuclockid(t->pids[i], &clock) != 0)
            fail("no process %d", (int)t->pids[i]);
        r.server += clock_ns(clock);
        read_ticks(t->pids[i], &r);
    }
    r.own = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    r.time = now_ns();
    return r;
}

static struct reading reading_since(struct reading now, struct reading then) {
    now.time -= then.time;
    now.server -= then.server;
    now.user -= then.user;
    now.system -= then.system;
    now.own -= then.own;
    return now;
}

static void flow_start(struct flow *f, uint64_t now) {
    f->requests_left = f->requests;
    f->due = (double)now;
    if (f->rate > 0)
        return;
    f->idle_count = 0;
    for (size_t i = 0; i < f->client_count; i++)
        client_next(&f->clients[i], now_ns());
}

/* Sends what has fallen due, as far as there are clients to send it. */
static void flow_pace(struct flow *f, uint64_t now) {
    while (f->rate > 0 && !load.stop && f->idle_count && f->requests_left &&
           f->due <= (double)now) {
        uint64_t since = (uint64_t)f->due;
        f->due += f->interval;
        client_next(f->idle[--f->idle_count], since);
    }
}

static bool flow_is_idle(const struct flow *f) {
    return f->idle_count == f->client_count;
}

/* How long the loop may sleep: until the next batch is due. */
static uint64_t flows_wait(const struct flow *flows, size_t count, uint64_t now,
                           uint64_t end) {
    uint64_t wait = NS / 10;
    if (!load.stop && end - now < wait)
        wait = end - now;
    for (size_t i = 0; i < count; i++) {
        const struct flow *f = &flows[i];
        if (f->rate <= 0 || load.stop || !f->idle_count)
            continue;
        uint64_t due = (uint64_t)f->due;
        uint64_t left = due > now ? due - now : 0;
        if (left < wait)
            wait = left;
    }
    return wait;
}

/* Waits for events. On a core of its own it spins for a batch that is due soon,
 * since waking up would take longer than many an answer. */
static int events_wait(struct epoll_event *events, uint64_t wait) {
    if (wait >= NS / 100)
        return epoll_wait(load.epoll, events, MAX_EVENTS,
                          (int)(wait / 1000000));
    if (!load.pinned && wait > 0) {
        struct pollfd ready = {.fd = load.epoll, .events = POLLIN};
        struct timespec time = {.tv_nsec = (long)wait};
        ppoll(&ready, 1, &time, NULL);
    }
    return epoll_wait(load.epoll, events, MAX_EVENTS, 0);
}

static void events_handle(const struct epoll_event *events, int count) {
    for (int i = 0; i < count; i++) {
        struct client *c = events[i].data.ptr;
        if (events[i].events & EPOLLOUT)
            client_write(c);
        if (events[i].events & ~(uint32_t)EPOLLOUT)
            client_read(c);
    }
}

/* Runs the flows until the time is up or the main one has no requests left, and
 * until each request has its reply. */
static void phase_run(struct target *t, double seconds) {
    static struct epoll_event events[MAX_EVENTS];
    struct flow *flows = t->flows;
    size_t count = t->flow_count;
    uint64_t now = now_ns();
    uint64_t end = now + (uint64_t)(seconds * (double)NS);
    uint64_t last_event = now;
    load.stop = false;
    for (size_t i = 0; i < count; i++)
        flow_start(&flows[i], now);
    for (;;) {
        now = now_ns();
        if (now >= end || (!flows[0].requests_left && flow_is_idle(&flows[0])))
            load.stop = true;
        if (load.stop && flow_is_idle(&flows[0]) &&
            flow_is_idle(&flows[count - 1]))
            return;
        for (size_t i = 0; i < count; i++)
            flow_pace(&flows[i], now);
        int ready = events_wait(events, flows_wait(flows, count, now, end));
        if (ready < 0 && errno != EINTR)
            fail("epoll_wait: %s", strerror(errno));
        events_handle(events, ready);
        if (ready > 0)
            last_event = now;
        bool waits =
            !flow_is_idle(&flows[0]) || !flow_is_idle(&flows[count - 1]);
        if (waits && now - last_event > STALL_SECONDS * NS)
            fail("the server has not answered for %d s", STALL_SECONDS);
    }
}

/* Lets the server come to rest, so that its clock stands still and is exact. */
static void rest(void) {
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
}

static void figures_clear(struct target *t) {
    for (size_t i = 0; i < t->flow_count; i++)
        memset(t->flows[i].figures, 0, sizeof *t->flows[i].figures);
}

static void figures_keep(struct flow *f) {
    struct figures *from = f->figures, *to = f->kept;
    if (!to->errors)
        memcpy(to->first_error, from->first_error, sizeof to->first_error);
    to->done += from->done;
    to->errors += from->errors;
    to->nulls += from->nulls;
    to->unexpected += from->unexpected;
    histogram_merge(&to->latency, &from->latency);
    histogram_merge(&to->work, &from->work);
}

/* Of the warm-up nothing is kept: it brings the server's data back into the
 * caches. */
static void slice_run(struct target *t, struct reading *slice) {
    if (load.warmup > 0)
        phase_run(t, load.warmup);
    figures_clear(t);
    rest();
    struct reading before = reading_take(t);
    phase_run(t, load.seconds);
    uint64_t end = now_ns();
    rest();
    struct reading after = reading_take(t);
    after.time = end;
    *slice = reading_since(after, before);
    slice->requests = t->flows[0].figures->done;
    slice->p50 = histogram_percentile(&t->flows[0].figures->latency, 50);
    slice->p99 = histogram_percentile(&t->flows[0].figures->latency, 99);
    for (size_t i = 0; i < t->flow_count; i++)
        figures_keep(&t->flows[i]);
}

/* Runs the slices, each server first in every second turn. */
static void slices_run(void) {
    for (uint64_t i = 0; i < load.slices; i++) {
        for (size_t n = 0; n < load.target_count; n++) {
            size_t which = i % 2 ? load.target_count - 1 - n : n;
            struct target *t = &load.targets[which];
            slice_run(t, &t->slices[i]);
        }
    }
}

/* --- Report --- */

static void print_text(const char *text) {
    putchar('"');
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < 32 || c > 126 || c == '"' || c == '\\')
            printf("\\u%04x", c);
        else
            putchar(c);
    }
    putchar('"');
}

static void print_histogram(const char *name, const struct histogram *h) {
    static const struct {
        const char *name;
        double percent;
    } points[] = {
        {"p50", 50},     {"p90", 90},       {"p99", 99},
        {"p99.9", 99.9}, {"p99.99", 99.99},
    };
    printf(", \"%s\": {\"mean\": %.2f", name,
           h->total ? h->sum / (double)h->total / 1e3 : 0);
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        uint64_t value = histogram_percentile(h, points[i].percent);
        printf(", \"%s\": %.2f", points[i].name, (double)value / 1e3);
    }
    printf(", \"max\": %.2f}", (double)h->max / 1e3);
}

static void print_figures(const struct figures *f) {
    printf("\"errors\": %llu, \"unexpected\": %llu, \"nulls\": %llu, "
           "\"first_error\": ",
           (unsigned long long)f->errors, (unsigned long long)f->unexpected,
           (unsigned long long)f->nulls);
    print_text(f->first_error);
    print_histogram("latency_us", &f->latency);
    if (f->work.total)
        print_histogram("work_us", &f->work);
}

static void print_slices(const struct target *t) {
    printf(", \"slices\": [");
    for (uint64_t i = 0; i < load.slices; i++) {
        const struct reading *r = &t->slices[i];
        printf("%s{\"seconds\": %.6f, \"requests\": %llu, "
               "\"server_cpu_ns\": %llu, \"server_user_ns\": %llu, "
               "\"server_system_ns\": %llu, \"load_cpu_ns\": %llu, \"p50_us\": "
               "%.2f, "
               "\"p99_us\": %.2f}",
               i ? ", " : "", (double)r->time / 1e9,
               (unsigned long long)r->requests, (unsigned long long)r->server,
               (unsigned long long)r->user, (unsigned long long)r->system,
               (unsigned long long)r->own, (double)r->p50 / 1e3,
               (double)r->p99 / 1e3);
    }
    putchar(']');
}

static void print_target(const struct target *t) {
    putchar('{');
    print_figures(t->flows[0].kept);
    if (t->flow_count > 1) {
        printf(", \"probe\": {");
        print_figures(t->flows[1].kept);
        putchar('}');
    }
    print_slices(t);
    putchar('}');
}

/* --- Options --- */

static const char usage[] =
    "usage: load --port N [--pid N] [--port M [--pid M]] [options]\n"
    "  --port N            a server; a second one is measured in turn with it\n"
    "  --pid N             a process of the server named last, for CPU time\n"
    "  --command TEMPLATE  request, see the top of load.c (GET {key})\n"
    "  --expect TEXT       how each reply must begin, for example +OK or $32\n"
    "  --clients N         connections (50)\n"
    "  --pipeline N        requests in flight on each (1)\n"
    "  --slices N          slices for each server (1)\n"
    "  --seconds S         of a slice (10, or until the requests are done)\n"
    "  --requests N        in a slice\n"
    "  --warmup S          not measured, before each slice (0)\n"
    "  --rate N            requests a second in all, sent on a clock\n"
    "  --keys N            indexes are below N (1000000)\n"
    "  --key-size N        bytes of {key} (10)\n"
    "  --value-size N      bytes of {value} (32)\n"
    "  --fill              each index once, in order, instead of at random\n"
    "  --from N            the fill's first index (0)\n"
    "  --probe TEMPLATE    a slow flow on one client beside the main one\n"
    "  --probe-rate N      its requests a second (1000)\n"
    "  --cpu N             run on this core only\n"
    "  --seed N            for the random indexes\n";

struct options {
    const char *command, *expect, *probe;
    double clients, pipeline, slices, seconds, requests, warmup, rate, keys;
    double key_size, value_size, from, probe_rate, cpu, seed;
    bool fill;
};

static double option_number(const char *name, const char *text, double least,
                            double most) {
    char *end = NULL;
    double value = strtod(text, &end);
    if (end == text || *end || !(value >= least && value <= most))
        fail("--%s: a number from %g to %g is due, not '%s'", name, least, most,
             text);
    return value;
}

static void add_port(double port) {
    if (load.target_count == MAX_TARGETS)
        fail("more than %d servers", MAX_TARGETS);
    load.targets[load.target_count++].port = (int)port;
}

static void add_pid(double pid) {
    if (!load.target_count)
        fail("--pid belongs after its --port");
    struct target *t = &load.targets[load.target_count - 1];
    if (t->pid_count == MAX_PIDS)
        fail("more than %d processes", MAX_PIDS);
    t->pids[t->pid_count++] = (pid_t)pid;
}

/* One option that takes a value: where it goes, and its bounds. */
struct option_row {
    const char *name;
    const char **text;
    double *number;
    void (*add)(double value);
    double least, most;
};

static void option_set(const struct option_row *row, const char *text) {
    if (row->text) {
        *row->text = text;
        return;
    }
    double value = option_number(row->name, text, row->least, row->most);
    if (row->add)
        row->add(value);
    else
        *row->number = value;
}

static struct options options_parse(int argc, char **argv) {
    struct options o = {.command = "GET {key}",
                        .expect = "",
                        .clients = 50,
                        .pipeline = 1,
                        .slices = 1,
                        .keys = 1e6,
                        .key_size = 10,
                        .value_size = 32,
                        .probe_rate = 1000,
                        .cpu = -1};
    const struct option_row rows[] = {
        {"port", NULL, NULL, add_port, 1, 65535},
        {"pid", NULL, NULL, add_pid, 1, 1e9},
        {"command", &o.command, NULL, NULL, 0, 0},
        {"expect", &o.expect, NULL, NULL, 0, 0},
        {"probe", &o.probe, NULL, NULL, 0, 0},
        {"clients", NULL, &o.clients, NULL, 1, 20000},
        {"pipeline", NULL, &o.pipeline, NULL, 1, 10000},
        {"slices", NULL, &o.slices, NULL, 1, 100000},
        {"seconds", NULL, &o.seconds, NULL, 0.001, 3600},
        {"requests", NULL, &o.requests, NULL, 1, 1e15},
        {"warmup", NULL, &o.warmup, NULL, 0, 3600},
        {"rate", NULL, &o.rate, NULL, 1, 1e9},
        {"keys", NULL, &o.keys, NULL, 1, 4e9},
        {"key-size", NULL, &o.key_size, NULL, 2, 64},
        {"value-size", NULL, &o.value_size, NULL, 0, 1 << 20},
        {"from", NULL, &o.from, NULL, 0, 4e9},
        {"probe-rate", NULL, &o.probe_rate, NULL, 1, 1e6},
        {"cpu", NULL, &o.cpu, NULL, 0, CPU_SETSIZE - 1},
        {"seed", NULL, &o.seed, NULL, 0, 1e15},
    };
    enum { ROWS = sizeof rows / sizeof *rows, FILL = ROWS, HELP };
    struct option known[ROWS + 3] = {
        [FILL] = {"fill", 0, NULL, FILL}, [HELP] = {"help", 0, NULL, HELP}};
    for (int i = 0; i < ROWS; i++)
        known[i] = (struct option){rows[i].name, 1, NULL, i};
    for (int option;
         (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (option < ROWS)
            option_set(&rows[option], optarg);
        else if (option == FILL)
            o.fill = true;
        else {
            fputs(usage, option == HELP ? stdout : stderr);
            exit(option != HELP);
        }
    }
    if (optind != argc || !load.target_count)
        fail("--port is due, and no argument but options; see --help");
    return o;
}

/* --- Set-up --- */

static void flow_prepare(struct flow *f, const struct options *o,
                         const char *command) {
    struct sizes sizes = {(size_t)o->key_size, (size_t)o->value_size};
    template_compile(&f->template, command, sizes);
    f->keys = (uint64_t)o->keys;
    f->requests = UINT64_MAX;
    f->client_count = 1;
    f->pipeline = 1;
    f->expect = "";
    f->task_clock = -1;
}

static void fill_prepare(struct flow *f, const struct options *o) {
    f->fill = true;
    f->next_index = (uint64_t)o->from;
    if (!f->template.draws || f->next_index >= f->keys)
        fail("--fill: nothing to fill");
    if (o->warmup > 0 || o->slices > 1)
        fail("--fill goes without --warmup and --slices");
    f->requests = (f->keys - f->next_index) / f->template.draws;
}

static void main_flow_prepare(struct flow *f, const struct options *o) {
    flow_prepare(f, o, o->command);
    f->expect = o->expect;
    f->expect_size = strlen(o->expect);
    f->client_count = (size_t)o->clients;
    f->pipeline = (uint32_t)o->pipeline;
    f->rate = o->rate;
    f->interval = f->rate > 0 ? (double)NS * o->pipeline / f->rate : 0;
    if (o->requests > 0)
        f->requests = (uint64_t)o->requests;
    if (o->fill)
        fill_prepare(f, o);
}

static void probe_prepare(struct flow *f, const struct options *o) {
    flow_prepare(f, o, o->probe);
    f->rate = o->probe_rate;
    f->interval = (double)NS / f->rate;
}

static void target_prepare(struct target *t, const struct options *o) {
    main_flow_prepare(&t->flows[0], o);
    t->flow_count = 1;
    if (o->probe) {
        probe_prepare(&t->flows[t->flow_count], o);
        if (t->pid_count)
            t->flows[t->flow_count].task_clock = task_clock_open(t->pids[0]);
        t->flow_count++;
    }
    for (size_t i = 0; i < t->flow_count; i++)
        flow_open(&t->flows[i], t->port);
    t->slices = allocate(load.slices, sizeof *t->slices);
}

static void pin(int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((size_t)cpu, &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0)
        fail("cannot run on core %d: %s", cpu, strerror(errno));
}

static void load_prepare(const struct options *o) {
    bool counted = o->requests > 0 || o->fill;
    load.seconds = o->seconds > 0 ? o->seconds : counted ? 3600 : 10;
    load.warmup = o->warmup;
    load.slices = (uint64_t)o->slices;
    load.seed += (uint64_t)o->seed << 20;
    load.pinned = o->cpu >= 0;
    if (load.pinned)
        pin((int)o->cpu);
    load.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (load.epoll < 0)
        fail("epoll_create1: %s", strerror(errno));
    for (size_t i = 0; i < load.target_count; i++)
        target_prepare(&load.targets[i], o);
}

int main(int argc, char **argv) {
    struct options options = options_parse(argc, argv);
    /* Ends with the bench that started it. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    load_prepare(&options);
    slices_run();
    printf("{\"servers\": [");
    for (size_t i = 0; i < load.target_count; i++) {
        if (i)
            printf(", ");
        print_target(&load.targets[i]);
    }
    puts("]}");
    return 0;
}
