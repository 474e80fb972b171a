/* A base that consists of commands. */
#include "aof_base.h"

#include "aof_format.h"
#include "keyspace.h"
#include "own_folder.h"
#include "unit.h"

/* A replica's clock may be ahead: a key that it hides may go on living at its
 * primary, whose next command would change it. */
static void test_hidden(void) {
    char text[512];
    struct key key = db_key(keyspace_db(0), (struct slice){"hidden", 6});
    enum db_judgement before = db_judge(DB_STAYS);
    keyspace_set(&key, (struct slice){"value", 5});
    struct entry **place = db_find(&key);
    db_set_expiry(&key, place, 1000);
    (void)db_judge(DB_HIDDEN);
    CHECK(aof_base_write("base", NULL));
    FILE *file = fopen("base", "r");
    size_t len = file != NULL ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file != NULL)
        fclose(file);
    text[len] = '\0';
    CHECK(strstr(text, "SET\r\n$6\r\nhidden\r\n$5\r\nvalue\r\n") != NULL);
    CHECK(strstr(text, "PEXPIREAT\r\n$6\r\nhidden\r\n$4\r\n1000\r\n") != NULL);
    (void)db_judge(before);
}

int main(void) {
    own_folder_begin();
    aof_format.use_rdb_preamble = false;
    keyspace_start();
    unit_test("keys that are hidden are in a base", test_hidden);
    keyspace_flush(keyspace_db(0));
    keyspace_stop();
    (void)unlink("base");
    own_folder_end();
    return unit_end();
}
