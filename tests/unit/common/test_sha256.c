/* SHA-256, against the examples of its standard and lengths around a block. */
#include "sha256.h"

#include <stdlib.h>

#include "unit.h"

static void check(const char *text, size_t times, const char *due) {
    size_t len = strlen(text);
    char *bytes = malloc(len * times + 1), hex[SHA256_HEX + 1];
    uint8_t hash[SHA256_BYTES];
    for (size_t i = 0; i < times; i++)
        memcpy(bytes + i * len, text, len);
    sha256(hash, bytes, len * times);
    for (size_t i = 0; i < SHA256_BYTES; i++)
        snprintf(hex + 2 * i, 3, "%02x", hash[i]);
    CHECK_BYTES(hex, SHA256_HEX, due, SHA256_HEX);
    free(bytes);
}

static void test_examples(void) {
    check("", 1,
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    check("abc", 1,
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    check("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    check("a", 1000000,
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void test_lengths(void) {
    check("x", 55,
          "d5e285683cd4efc02d021a5c62014694958901005d6f71e89e0989fac77e4072");
    check("x", 56,
          "04c26261370ee7541549d16dee320c723e3fd14671e66a099afe0a377c16888e");
    check("x", 63,
          "75220b47218278e656f2013bb8f0c455a25eaf01e86c64924e9d48d89776d6f2");
    check("x", 64,
          "7ce100971f64e7001e8fe5a51973ecdfe1ced42befe7ee8d5fd6219506b5393c");
    check("x", 65,
          "9537c5fdf120482f7d58d25e9ed583f52c02b4e304ea814db1633ad565aed7e9");
    check("x", 119,
          "000b48d4edf0fa7bee3c6236ecd2785baa5db4eeb8bb54341b029e0d9fa5fb0c");
    check("x", 120,
          "13f05a0b594787f5ecd315edc96141bd3243203d1b7d4f0836f37308b276ba98");
    check("x", 128,
          "24da1b81d0b16df6428eee73c69fcb2a93c76bc6df706f0c6670fe6bfe800464");
}

int main(void) {
    unit_test("the examples of the standard", test_examples);
    unit_test("lengths around the end of a block", test_lengths);
    return unit_end();
}
