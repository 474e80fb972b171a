/* Facts about commands on places, in the order of their names. */
#include "command_facts.h"

/* clang-format off */
static const struct command_facts rows[] = {
    {"geoadd", "3.2.0",
     "O(log(N)) for each place, where N is the number of places there",
     "Adds places to a sorted set, or moves them.",
     "key [NX | XX] [CH] longitude latitude member [longitude latitude "
     "member ...]",
     .keys = {{KEY_RW | KEY_UPDATE, 1, 0, 1}}},
    {"geodist", "3.2.0", "O(1)",
     "Returns the distance between two members.",
     "key member1 member2 [M | KM | FT | MI]",
     .keys = {{KEY_RO | KEY_ACCESS, 1, 0, 1}}},
    {"geohash", "3.2.0", "O(1) for each member",
     "Returns the positions of members as geohashes of 11 characters.",
     "key [member [member ...]]",
     .keys = {{KEY_RO | KEY_ACCESS, 1, 0, 1}}},
    {"geopos", "3.2.0", "O(1) for each member",
     "Returns the longitude and latitude of members.",
     "key [member [member ...]]",
     .keys = {{KEY_RO | KEY_ACCESS, 1, 0, 1}}},
    {"georadius", "3.2.0",
     "O(N+log(M)) where N is the number of places in the cells that cover "
     "the shape and M that of all",
     "Returns or stores the members within a distance of a place.",
     "key longitude latitude radius <M | KM | FT | MI> [WITHCOORD] "
     "[WITHDIST] [WITHHASH] [COUNT count [ANY]] [ASC | DESC] [STORE key | "
     "STOREDIST key]",
     .keys = {{KEY_RO | KEY_ACCESS, 1, 0, 1},
              {KEY_OW | KEY_UPDATE, 6, 0, 1, .keyword = "STORE",
               .last_keyword = true},
              {KEY_OW | KEY_UPDATE, 6, 0, 1, .keyword = "STOREDIST",
               .last_keyword = true}}},
    {"georadius_ro", "3.2.10",
     "O(N+log(M)) where N is the number of places in the cells that cover "
     "the shape and M that of all",
     "Returns the members around a place.",
     "key longitude latitude radius <M | KM | FT | MI> [WITHCOORD] "
     "[WITHDIST] [WITHHASH] [COUNT count [ANY]] [ASC | DESC]",
     .keys = {{KEY_RO | KEY_ACCESS, 1, 0, 1}}},
    {"georadiusbymember", "3.2.0",
     "O(N+log(M)) where N is the number of places in the cells that cover "
     "the shape and M that of all",
     "Returns or stores the members within a distance of one of them.",
     "key member radius <M | KM | FT | MI> [WITHCOORD] [WITHDIST] [WITHHASH] "
     "[COUNT count [ANY]] [ASC | DESC] [STORE key | STOREDIST key]",
     .keys = {{KEY_RO | KEY_ACCESS, 1, 0, 1},
              {KEY_OW | KEY_UPDATE, 5, 0, 1, .keyword = "STORE",
               .last_keyword = true},
              {KEY_OW | KEY_UPDATE, 5, 0, 1, .keyword = "STOREDIST",
               .last_keyword = true}}},
    {"georadiusbymember_ro", "3.2.10",
     "O(N+log(M)) where N is the number of places in the cells that cover "
     "the shape and M that of all",
     "Returns the members around one of them.",
     "key member radius <M | KM | FT | MI> [WITHCOORD] [WITHDIST] [WITHHASH] "
     "[COUNT count [ANY]] [ASC | DESC]",
     .keys = {{KEY_RO | KEY_ACCESS, 1, 0, 1}}},
    {"geosearch", "6.2.0",
     "O(N+log(M)) where N is the number of places in the cells that cover "
     "the shape and M that of all",
     "Returns the members within a circle or a box.",
     "key <FROMMEMBER member | FROMLONLAT longitude latitude> <BYRADIUS "
     "radius <M | KM | FT | MI> | BYBOX width height <M | KM | FT | MI>> "
     "[ASC | DESC] [COUNT count [ANY]] [WITHCOORD] [WITHDIST] [WITHHASH]",
     .keys = {{KEY_RO | KEY_ACCESS, 1, 0, 1}}},
    {"geosearchstore", "6.2.0",
     "O(N+log(M)) where N is the number of places in the cells that cover "
     "the shape and M that of all",
     "Stores the members within a circle or a box at another key.",
     "destination source <FROMMEMBER member | FROMLONLAT longitude latitude> "
     "<BYRADIUS radius <M | KM | FT | MI> | BYBOX width height <M | KM | FT "
     "| MI>> [ASC | DESC] [COUNT count [ANY]] [STOREDIST]",
     .keys = {{KEY_OW | KEY_UPDATE, 1, 0, 1},
              {KEY_RO | KEY_ACCESS, 2, 0, 1}}},
};
const struct command_group geo_group = {
    "geo", CATEGORY_GEO, rows, sizeof rows / sizeof rows[0]};
/* clang-format on */
