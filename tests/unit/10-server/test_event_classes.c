/* Classes of events, from their letters and back. */
#include "event_classes.h"

#include "unit.h"

/* Reads letters, and writes them as they are shown; NULL if they are none. */
static const char *shown(const char *letters) {
    static char text[EVENT_CLASSES_TEXT];
    unsigned classes = 77;
    struct slice words = slice_of(letters);
    if (event_classes_parse(words, &classes)) {
        event_classes_text(classes, text);
        return text;
    }
    CHECK_INT(classes, 77); /* as it was */
    return NULL;
}

static void test_shown(void) {
    static const struct {
        const char *letters, *due;
    } rows[] = {
        {"", ""},
        {"KEA", "AKE"},
        {"EK", "KE"},
        {"KKgEgE", "gKE"},
        {"mnKE", "nKEm"},
        {"mdtexzhsl$g", "Am"},
        {"texzhsl$gEK", "g$lshzxetKE"},
        {"g$lshzxetd", "A"},
        {"nA", "A"},
        {"mnEKdtexzhsl$g", "AKEm"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *text = shown(rows[i].letters);
        if (CHECK(text != NULL))
            CHECK_TEXT(text, strlen(text), rows[i].due);
    }
}

static void test_wrong(void) {
    CHECK(shown("K E") == NULL);
    CHECK(shown("KEAq") == NULL);
    CHECK(shown("k") == NULL);
    unsigned classes;
    CHECK(!event_classes_parse((struct slice){"K\0E", 3}, &classes));
}

/* Each class has a bit of its own, and "A" has those of ten. */
static void test_bits(void) {
    unsigned seen = 0, all;
    for (const char *at = "g$lshzxetd"; *at != '\0'; at++) {
        CHECK((seen & event_class(*at)) == 0);
        seen |= event_class(*at);
    }
    CHECK(event_classes_parse((struct slice){"A", 1}, &all));
    CHECK_INT(all, seen);
    for (const char *at = "nmKE"; *at != '\0'; at++) {
        CHECK((seen & event_class(*at)) == 0);
        seen |= event_class(*at);
    }
}

int main(void) {
    unit_test("classes are shown in Redis's order", test_shown);
    unit_test("other letters are refused", test_wrong);
    unit_test("each class is a bit", test_bits);
    return unit_end();
}
