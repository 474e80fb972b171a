/* Loading a snapshot leaves all of it, the data that were there, or none. */
#include "loading.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app.h"
#include "client.h"
#include "config.h"
#include "debug.h"
#include "keyspace.h"
#include "own_folder.h"
#include "rdb_save.h"
#include "unit.h"

static struct key key_of(int database, const char *name) {
    return db_key(keyspace_db(database), slice_of(name));
}

static void set(int database, const char *name) {
    struct key key = key_of(database, name);
    keyspace_set(&key, key.text);
}

static bool is_there(int database, const char *name) {
    struct key key = key_of(database, name);
    return keyspace_peek(&key) != NULL;
}

static size_t keys(void) {
    size_t count = 0;
    for (int i = 0; i < keyspace_databases; i++)
        count += keyspace_size(keyspace_db(i));
    return count;
}

/* A snapshot of two databases; then the data are another key alone. */
static void set_up(void) {
    for (int i = 0; i < keyspace_databases; i++)
        keyspace_flush(keyspace_db(i));
    set(0, "one");
    set(3, "two");
    int fd = open(config.dbfilename, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    CHECK_INT(rdb_save(fd, false, false, NULL), 0);
    close(fd);
    keyspace_flush(keyspace_db(0));
    keyspace_flush(keyspace_db(3));
    set(0, "old");
}

static void change_byte(off_t at, char byte) {
    int fd = open(config.dbfilename, O_WRONLY);
    CHECK_INT(pwrite(fd, &byte, 1, at), 1);
    close(fd);
}

static off_t size_of_file(void) {
    struct stat about;
    CHECK_INT(stat(config.dbfilename, &about), 0);
    return about.st_size;
}

static void test_whole(void) {
    set_up();
    CHECK_INT(load_disk_open_snapshot(config.dbfilename, false), LOAD_MORE);
    CHECK_INT(loading_now(true), LOAD_DONE);
    CHECK(is_there(0, "one") && is_there(3, "two") && keys() == 2);
    CHECK(!loading());
}

static void test_merged(void) {
    set_up();
    set(0, "one");
    CHECK_INT(load_disk_open_snapshot(config.dbfilename, true), LOAD_MORE);
    CHECK_INT(loading_now(false), LOAD_DONE);
    CHECK(is_there(0, "old") && keys() == 3);
}

static void test_not_opened(void) {
    set_up();
    change_byte(8, 'x');
    CHECK_INT(load_disk_open_snapshot(config.dbfilename, false), LOAD_FAILED);
    CHECK(strstr(load_disk->wrong(), "version 001x") != NULL);
    CHECK_INT(unlink(config.dbfilename), 0);
    CHECK_INT(load_disk_open_snapshot(config.dbfilename, false), LOAD_NOTHING);
    CHECK_INT(mkdir(config.dbfilename, 0755), 0);
    CHECK_INT(load_disk_open_snapshot(config.dbfilename, false), LOAD_FAILED);
    CHECK(strstr(load_disk->wrong(), "cannot read") != NULL);
    CHECK_INT(rmdir(config.dbfilename), 0);
    CHECK(is_there(0, "old") && keys() == 1);
}

/* The file is damaged behind keys that are loaded by then. */
static void test_damaged(void) {
    set_up();
    change_byte(size_of_file() - 1, 'x');
    CHECK_INT(load_disk_open_snapshot(config.dbfilename, false), LOAD_MORE);
    CHECK_INT(loading_now(true), LOAD_FAILED);
    CHECK(strstr(load_disk->wrong(), "the checksum is") != NULL);
    CHECK_INT(keys(), 0);
    CHECK(!loading());
}

/* A key of the file that is there already is as wrong as damage. */
static void test_not_emptied(void) {
    set_up();
    set(3, "two");
    CHECK_INT(load_disk_open_snapshot(config.dbfilename, false), LOAD_MORE);
    CHECK_INT(loading_now(false), LOAD_FAILED);
    CHECK(strstr(load_disk->wrong(), "'two' is there already") != NULL);
    CHECK_INT(keys(), 0);
}

static const char *told;
static int told_times;

static void ended(const char *wrong) {
    told = wrong;
    told_times++;
}

static void test_start(void) {
    set_up();
    keyspace_flush(keyspace_db(0));
    loading_start(ended);
    CHECK(told_times == 1 && told == NULL && keys() == 2);
    set_up();
    keyspace_flush(keyspace_db(0));
    change_byte(size_of_file() - 1, 'x');
    loading_start(ended);
    CHECK(told_times == 2 && told != NULL && keys() == 0 && !loading());
}

/* CONFIG SET dbfilename frees the name of the file that is being loaded. */
static void test_renamed(void) {
    set_up();
    char *name = strdup(config.dbfilename);
    CHECK_INT(load_disk_open_snapshot(name, false), LOAD_MORE);
    free(name);
    CHECK_INT(loading_now(true), LOAD_DONE); /* its last line names the file */
}

static enum load_status more(size_t most) {
    (void)most;
    return LOAD_MORE;
}

static void tell_nothing(struct load_progress *progress) {
    *progress = (struct load_progress){0};
}

static void close_nothing(void) {
}

/* A load that is not at its end when the loop goes on. */
static const struct load_source endless = {
    .some = more, .progress = tell_nothing, .close = close_nothing};

extern const struct debug_subcommand reload_debugs[];

/* The file holds more than has been loaded by then. */
static void test_reload_meanwhile(void) {
    set_up();
    off_t size = size_of_file();
    struct conn conn = {.watch = {.fd = -1}};
    app_open(&conn);
    struct client *client = conn.app;
    client->out = conn_out(&conn);
    struct request request = {.argc = 2};
    load_disk = &endless;
    loading_go_on(false, ended);
    CHECK(loading());
    reload_debugs[0].run(client, &request);
    CHECK(strncmp(buf_bytes(client->out), "-LOADING ", 9) == 0);
    CHECK(loading() && is_there(0, "old") && keys() == 1);
    CHECK_INT(size_of_file(), size);
    loading_stop();
    app_close(&conn);
    output_free(&conn.out);
}

int main(void) {
    char name[] = "dump.rdb";
    own_folder_begin();
    config.dbfilename = name;
    keyspace_start();
    unit_test("a snapshot replaces the data", test_whole);
    unit_test("a snapshot is merged with the data", test_merged);
    unit_test("a snapshot that cannot be opened leaves the data",
              test_not_opened);
    unit_test("a damaged snapshot leaves no data", test_damaged);
    unit_test("a key that is there already leaves no data", test_not_emptied);
    unit_test("who starts the server hears what is wrong", test_start);
    unit_test("the file's name may change while it is loaded", test_renamed);
    unit_test("DEBUG RELOAD is refused while data are loaded",
              test_reload_meanwhile);
    (void)unlink(name);
    for (int i = 0; i < keyspace_databases; i++)
        keyspace_flush(keyspace_db(i));
    keyspace_stop();
    own_folder_end();
    return unit_end();
}
