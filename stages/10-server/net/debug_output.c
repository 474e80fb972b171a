/* DEBUG REPLYBUFFER: how long the buffer of replies keeps its size. */
#include "arguments.h"
#include "debug.h"
#include "number.h"
#include "output.h"
#include "reply.h"

/* PEAK-RESET-TIME <NEVER | RESET | milliseconds> */
static void set_peak_time(struct client *client, struct slice word) {
    int64_t ms = OUTPUT_PEAK_MS;
    if (slice_is(word, "never"))
        ms = -1;
    else if (!slice_is(word, "reset") && !argument_i64(client, word, &ms))
        return;
    output_peak_ms = ms;
    reply_ok(client);
}

/* DEBUG REPLYBUFFER <PEAK-RESET-TIME time | RESIZING 0|1> */
static void debug_reply_buffer(struct client *client, struct request *request) {
    struct slice what = request->argv[2], word = request->argv[3];
    if (slice_is(what, "peak-reset-time")) {
        set_peak_time(client, word);
    } else if (slice_is(what, "resizing")) {
        int64_t number;
        /* As in Redis (atoi), a word that is no number means 0. */
        output_resizes = parse_i64(word.ptr, word.len, &number) && number != 0;
        reply_ok(client);
    } else {
        reply_bad_subcommand(client, request->argv[1], "DEBUG");
    }
}

const struct debug_subcommand output_debugs[] = {
    {"replybuffer", debug_reply_buffer, 4, 4,
     "REPLYBUFFER <PEAK-RESET-TIME <NEVER|RESET|time>|RESIZING <0|1>>",
     "For how many ms rbp of CLIENT LIST holds; or if idle buffers are freed."},
    {0},
};
