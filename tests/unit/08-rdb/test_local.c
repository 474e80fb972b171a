/* Which addresses are of this machine. */
#include "local.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "config.h"
#include "unit.h"

/* Addresses as text; one with a colon is of IPv6. */
static bool is_local(const char *text) {
    struct sockaddr_storage address = {0};
    if (strchr(text, ':') != NULL) {
        struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&address;
        v6->sin6_family = AF_INET6;
        CHECK(inet_pton(AF_INET6, text, &v6->sin6_addr) == 1);
    } else {
        struct sockaddr_in *v4 = (struct sockaddr_in *)&address;
        v4->sin_family = AF_INET;
        CHECK(inet_pton(AF_INET, text, &v4->sin_addr) == 1);
    }
    return local_address(&address);
}

static void test_addresses(void) {
    CHECK(is_local("127.0.0.1"));
    CHECK(is_local("127.255.255.254"));
    CHECK(is_local("::1"));
    CHECK(is_local("::ffff:127.0.0.1"));

    CHECK(!is_local("126.255.255.255"));
    CHECK(!is_local("128.0.0.1"));
    CHECK(!is_local("1.0.0.127"));
    CHECK(!is_local("10.0.0.1"));
    CHECK(!is_local("0.0.0.0"));
    CHECK(!is_local("::"));
    CHECK(!is_local("::2"));
    CHECK(!is_local("::127.0.0.1"));
    CHECK(!is_local("fe80::1"));
    CHECK(!is_local("::ffff:10.0.0.1"));
    CHECK(!is_local("7f00::1"));
}

static void test_no_address(void) {
    struct sockaddr_storage address = {0};
    CHECK(!local_address(&address)); /* AF_UNSPEC: the peer is gone */
    address.ss_family = AF_UNIX;     /* a file, which only we can reach */
    CHECK(local_address(&address));
    CHECK(!local_peer(-1));
}

static void test_allowed(void) {
    struct conn conn = {.watch = {.fd = -1}}; /* of another machine */
    struct client client = {.conn = &conn};
    CHECK(!local_allows(ALLOWED_NO, &client));
    CHECK(!local_allows(ALLOWED_LOCAL, &client));
    CHECK(local_allows(ALLOWED_YES, &client));
}

int main(void) {
    unit_test("the loopback's addresses, and their neighbours", test_addresses);
    unit_test("what has no address is not of this machine", test_no_address);
    unit_test("who is nowhere may do what is allowed to all", test_allowed);
    return unit_end();
}
