/* Each write command says the keyspace events that Redis 7.2.4 announces for
 * it, with their keys, in the same order: events.tsv beside this file has a row
 * for each case, "commands before <tab> command <tab> events". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blocking.h"
#include "buf.h"
#include "clock.h"
#include "command.h"
#include "config.h"
#include "detached.h"
#include "keyspace.h"
#include "unit.h"
#include "xalloc.h"

/* The stage itself, with its own listeners under another name: what they hear
 * is noted. */
#define stage_key_changed listeners_of_stage
#include "stage.c"
#undef stage_key_changed

/* In place of the stage's, which stands still until the loop turns: this one
 * goes on when a row sleeps. */
static int64_t now_ms;

int64_t key_time_ms(void) {
    return now_ms;
}

void key_time_go_on(void) {
}

static struct buf heard; /* "set k, expire k@1" */

void stage_key_changed(const struct key *key, const char *event,
                       uint64_t changes) {
    char place[16] = "";
    listeners_of_stage(key, event, changes);
    if (event == NULL)
        return;
    CHECK(strchr("g$lshztx", event[0]) != NULL);
    if (buf_len(&heard) > 0)
        buf_append(&heard, ", ", 2);
    buf_append(&heard, event + 1, strlen(event + 1));
    buf_append(&heard, " ", 1);
    buf_append(&heard, key->text.ptr, key->text.len);
    if (key->db->number > 0)
        snprintf(place, sizeof place, "@%d", key->db->number);
    buf_append(&heard, place, strlen(place));
}

/* Clients by their numbers; the first is the one that is not named. */
enum { CLIENTS = 4 };
static struct client *clients[CLIENTS];

static void run(struct client *client, struct request *request) {
    blocking_forget(client);
    detached_reset(client);
    stage_run(client, request);
}

/* The payload that DUMP answers for a key, as a copy. */
static struct slice dumped(char *key) {
    struct request request = {0};
    char name[] = "DUMP";
    request_add(&request, name, strlen(name));
    request_add(&request, key, strlen(key));
    run(clients[1], &request);
    request_free(&request);
    struct slice reply = detached_reply(clients[1]);
    const char *payload = memchr(reply.ptr, '\n', reply.len);
    CHECK(reply.ptr[0] == '$' && payload != NULL);
    size_t len = (size_t)(reply.ptr + reply.len - payload) - 3;
    char *copy = xmalloc(len);
    memcpy(copy, payload + 1, len);
    return (struct slice){copy, len};
}

/* Runs one command of a row, as it stands there: words between spaces, "" for
 * an empty one, <DUMP key> for a payload, [2] in front for another client. */
static void run_text(char *text) {
    struct request request = {0};
    struct slice payload = {0};
    int number = 1;
    if (sscanf(text, "[%d]", &number) == 1)
        text = strchr(text, ' ') + 1;
    if (strncmp(text, "[sleep", 6) == 0) {
        now_ms += 10;
        return;
    }
    char *dump = strstr(text, "<DUMP ");
    if (dump != NULL)
        payload = dumped((char[]){dump[6], '\0'});
    for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) {
        if (strcmp(word, "<DUMP") == 0)
            request_add(&request, (char *)payload.ptr, payload.len);
        else if (strcmp(word, "\"\"") == 0)
            request_add(&request, word, 0);
        else if (strchr(word, '>') != word + 1)
            request_add(&request, word, strlen(word));
    }
    run(clients[number], &request);
    request_free(&request);
    free((char *)payload.ptr);
}

static void never_ready(struct watch *watch, unsigned events) {
    (void)watch;
    (void)events;
}

static void start_anew(void) {
    for (int i = 0; i < keyspace_databases; i++)
        keyspace_flush(keyspace_db(i));
    for (int i = 1; i < CLIENTS; i++) {
        if (clients[i] != NULL)
            detached_free(clients[i]);
        clients[i] = detached_new();
        /* As if it had a connection, so that it may wait. */
        clients[i]->conn->watch.ready = never_ready;
    }
}

/* One row of the table. */
static void check_row(char *before, char *command, const char *due) {
    char *told = xmalloc(strlen(before) + strlen(command) + 4);
    sprintf(told, "%s | %s", before, command);
    start_anew();
    for (char *end; before[0] != '\0'; before = end) {
        end = strstr(before, " ; ");
        if (end != NULL) {
            *end = '\0';
            end += 3;
        } else {
            end = before + strlen(before);
        }
        run_text(before);
    }
    buf_free(&heard);
    run_text(command);
    buf_append(&heard, "", 1);
    const char *seen = buf_len(&heard) > 1 ? buf_bytes(&heard) : "(none)";
    if (strcmp(seen, due) != 0) {
        printf("# %s: %s; due is: %s\n", told, seen, due);
        CHECK(false);
    }
    free(told);
}

static void test_events(void) {
    char line[512];
    size_t rows = 0;
    FILE *table = fopen("tests/unit/09-aof/events.tsv", "r");
    if (!CHECK(table != NULL))
        return;
    for (; fgets(line, sizeof line, table) != NULL; rows++) {
        char *command = strchr(line, '\t');
        char *due = strchr(command + 1, '\t');
        *command++ = *due++ = '\0';
        due[strcspn(due, "\n")] = '\0';
        check_row(line, command, due);
    }
    CHECK(rows > 350); /* none was lost */
    fclose(table);
    for (int i = 1; i < CLIENTS; i++)
        detached_free(clients[i]);
    buf_free(&heard);
}

int main(void) {
    char file[] = "/dev/null/none"; /* FLUSHALL would write an empty one */
    config.dbfilename = file;
    now_ms = clock_wall_us() / 1000;
    command_start();
    keyspace_start();
    blocking_start();
    unit_test("each command announces what Redis announces", test_events);
    blocking_stop();
    keyspace_stop();
    return unit_end();
}
