/* SipHash-1-3 with a key of zeros, over the bytes 0, 1, 2, ... Any Python
 * since 3.11 gives the same, for it hashes bytes so:
 *
 *     PYTHONHASHSEED=0 python3 -c \
 *       "print(hex(hash(bytes(range(7))) & (2**64 - 1)))" */
#include "siphash.h"

#include "random.h"
#include "unit.h"

static void test_vectors(void) {
    static const struct {
        size_t len;
        uint64_t hash;
    } vectors[] = {
        {1, 0x68a914128e01e473u},  {3, 0x4d4c9a4a8ef6e0adu},
        {7, 0x2f098ab0c751325au},  {8, 0xead411e67ebe2eeau},
        {15, 0xf30eb725bb91c9eau}, {16, 0x8972188433a5c5b7u},
        {17, 0x4883c49a2c009c1du}, {64, 0x75e05fd5bbc870c6u},
    };
    const struct siphash_key zero = {{0, 0}};
    unsigned char bytes[64];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)i;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
        CHECK(siphash13(&zero, bytes, vectors[i].len) == vectors[i].hash);
}

static void test_keys_differ(void) {
    struct siphash_key one, two;
    random_secret(&one, sizeof one);
    random_secret(&two, sizeof two);
    CHECK(one.words[0] != two.words[0] && one.words[1] != two.words[1]);
    CHECK(siphash13(&one, "key", 3) != siphash13(&two, "key", 3));
}

int main(void) {
    unit_test("hashes are SipHash-1-3's", test_vectors);
    unit_test("each start has a key of its own", test_keys_differ);
    return unit_end();
}
