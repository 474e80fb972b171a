// go-redis PORT: a session of real work with go-redis, in RESP3 and with its
// cache.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"reflect"
	"sort"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

var ctx = context.Background()

// is ends the program unless a call answered as is due.
func is[T any](due T) func(T, error) {
	return func(got T, err error) {
		if err != nil || !reflect.DeepEqual(got, due) {
			log.Panicf("%v (%v) where %v was due", got, err, due)
		}
	}
}

func must[T any](got T, err error) T {
	if err != nil {
		log.Panic(err)
	}
	return got
}

func failed(text string, err error) {
	if err == nil || !strings.Contains(err.Error(), text) {
		log.Panicf("%v where %q was due", err, text)
	}
}

func open() *redis.Client {
	return redis.NewClient(&redis.Options{Addr: "127.0.0.1:" + os.Args[1], Protocol: 3})
}

func values(rdb *redis.Client) {
	is(true)(rdb.SetNX(ctx, "text", "grape", 100*time.Second).Result())
	is(false)(rdb.SetNX(ctx, "text", "plum", 0).Result())
	is("grape")(rdb.Get(ctx, "text").Result())
	is(int64(42))(rdb.IncrBy(ctx, "number", 42).Result())
	is(int64(3))(rdb.RPush(ctx, "list", "a", "b", "c").Result())
	is([]string{"a", "b", "c"})(rdb.LRange(ctx, "list", 0, -1).Result())
	is(int64(2))(rdb.HSet(ctx, "hash", "name", "Ada", "born", 1815).Result())
	is(map[string]string{"name": "Ada", "born": "1815"})(rdb.HGetAll(ctx, "hash").Result())
	is(int64(2))(rdb.SAdd(ctx, "set", "x", "y").Result())
	members := must(rdb.SMembers(ctx, "set").Result())
	sort.Strings(members)
	is([]string{"x", "y"})(members, nil)
	is(int64(2))(rdb.ZAdd(ctx, "zset", redis.Z{Score: 1, Member: "one"}, redis.Z{Score: 2.5, Member: "more"}).Result())
	is([]redis.Z{{Score: 2.5, Member: "more"}})(rdb.ZRangeWithScores(ctx, "zset", 1, 1).Result())
	is(int64(0))(rdb.SetBit(ctx, "bits", 7, 1).Result())
	is(int64(1))(rdb.PFAdd(ctx, "visitors", "ada", "bob").Result())
	is(int64(1))(rdb.GeoAdd(ctx, "places", &redis.GeoLocation{Name: "Palermo", Longitude: 13.361389, Latitude: 38.115556}).Result())
}

// A pipeline is sent at once. In a transaction nobody comes between.
func pipelines(rdb *redis.Client) {
	pipe := rdb.Pipeline()
	pipe.Set(ctx, "a", 1, 0)
	sum := pipe.Incr(ctx, "a")
	wrong := pipe.LPush(ctx, "a", "x")
	_, err := pipe.Exec(ctx)
	failed("WRONGTYPE", err)
	failed("WRONGTYPE", wrong.Err())
	is(int64(2))(sum.Result())
	both := must(rdb.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
		pipe.Incr(ctx, "a")
		pipe.Get(ctx, "a")
		return nil
	}))
	is("get a: 3")(both[1].String(), nil)
	_, err = rdb.TxPipelined(ctx, func(pipe redis.Pipeliner) error { return pipe.Do(ctx, "NONSENSE").Err() })
	failed("EXECABORT", err)
}

// Optimistic locking: somebody else changes the key once, so the second try counts.
func locking(rdb *redis.Client) {
	tries := 0
	double := func(tx *redis.Tx) error {
		number := must(tx.Get(ctx, "number").Int())
		if tries++; tries == 1 {
			is(int64(43))(rdb.Incr(ctx, "number").Result())
		}
		_, err := tx.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
			return pipe.Set(ctx, "number", 2*number, 0).Err()
		})
		return err
	}
	err := rdb.Watch(ctx, double, "number")
	for errors.Is(err, redis.TxFailedErr) {
		err = rdb.Watch(ctx, double, "number")
	}
	is(2)(tries, err)
	is("86")(rdb.Get(ctx, "number").Result())
}

// A second connection waits for work.
func waiting(rdb *redis.Client) {
	job := make(chan []string)
	go func() { job <- must(rdb.BLPop(ctx, 10*time.Second, "jobs").Result()) }()
	for strings.Contains(must(rdb.Info(ctx, "clients").Result()), "blocked_clients:0") {
		time.Sleep(time.Millisecond)
	}
	rdb.RPush(ctx, "jobs", "first")
	is([]string{"jobs", "first"})(<-job, nil)
}

// Messages, by channel and by pattern.
func messages(rdb *redis.Client) {
	heard := rdb.Subscribe(ctx, "news", "sport")
	defer heard.Close()
	for range 2 { // both subscriptions are confirmed
		must(heard.Receive(ctx))
	}
	must(0, heard.PSubscribe(ctx, "n?ws"))
	must(heard.Receive(ctx))
	is(int64(2))(rdb.Publish(ctx, "news", "rain").Result())
	is(int64(1))(rdb.Publish(ctx, "sport", "2:1").Result())
	for _, due := range []redis.Message{
		{Channel: "news", Payload: "rain"},
		{Channel: "news", Pattern: "n?ws", Payload: "rain"},
		{Channel: "sport", Payload: "2:1"},
	} {
		is(&due)(heard.ReceiveMessage(ctx))
	}
}

// All keys, and all fields, a few at a time.
func scanning(rdb *redis.Client) {
	for n := range 500 {
		must(rdb.Set(ctx, fmt.Sprint("key:", n), n, 0).Result())
	}
	keys := map[string]bool{}
	iter := rdb.Scan(ctx, 0, "key:*", 50).Iterator()
	for iter.Next(ctx) {
		keys[iter.Val()] = true
	}
	is(500)(len(keys), iter.Err())
	fields, _ := rdb.HScan(ctx, "hash", 0, "*", 10).Val()
	is([]string{"name", "Ada", "born", "1815"})(fields, nil)
}

// A stream with a group.
func streams(rdb *redis.Client) {
	id := must(rdb.XAdd(ctx, &redis.XAddArgs{Stream: "stream", Values: []string{"event", "login"}}).Result())
	is("OK")(rdb.XGroupCreate(ctx, "stream", "readers", "0").Result())
	read := must(rdb.XReadGroup(ctx, &redis.XReadGroupArgs{
		Group: "readers", Consumer: "me", Streams: []string{"stream", ">"}, Count: 10}).Result())
	is(map[string]any{"event": "login"})(read[0].Messages[0].Values, nil)
	is(int64(1))(must(rdb.XPending(ctx, "stream", "readers").Result()).Count, nil)
	is(int64(1))(rdb.XAck(ctx, "stream", "readers", id).Result())
}

// Keys that go by themselves.
func expiry(rdb *redis.Client) {
	is("OK")(rdb.Set(ctx, "brief", "x", 20*time.Millisecond).Result())
	is(true)(rdb.Expire(ctx, "list", 100*time.Second).Result())
	is(100 * time.Second)(rdb.TTL(ctx, "list").Result())
	for must(rdb.Exists(ctx, "brief").Result()) == 1 {
		time.Sleep(time.Millisecond)
	}
}

// Errors are values, and the connection goes on.
func errorsAreValues(rdb *redis.Client) {
	is(error(redis.Nil))(rdb.Get(ctx, "none").Err(), nil)
	failed("WRONGTYPE", rdb.Incr(ctx, "list").Err())
	failed("unknown command 'NONSENSE'", rdb.Do(ctx, "NONSENSE").Err())
}

// Somebody ends all connections: one is made anew for the next command.
func killing(rdb *redis.Client) {
	other := open()
	defer other.Close()
	before := must(other.ClientID(ctx).Result())
	is(int64(1))(rdb.ClientKillByFilter(ctx, "ID", fmt.Sprint(before)).Result())
	is("grape")(other.Get(ctx, "text").Result())
	is(false)(before == must(other.ClientID(ctx).Result()), nil)
}

// What was read once is kept here until the server says that it has changed.
func caching(rdb *redis.Client) {
	cached := redis.NewClient(&redis.Options{
		Addr: rdb.Options().Addr, Protocol: 3, ClientSideCacheConfig: &redis.ClientSideCacheConfig{}})
	defer cached.Close()
	is("grape")(cached.Get(ctx, "text").Result())
	is("grape")(cached.Get(ctx, "text").Result())
	is(uint64(1))(cached.CSCStats().Hits, nil)
	is("OK")(rdb.Set(ctx, "text", "plum", 0).Result())
	for must(cached.Get(ctx, "text").Result()) != "plum" {
		time.Sleep(time.Millisecond)
	}
}

func main() {
	rdb := open()
	defer rdb.Close()
	for _, part := range []func(*redis.Client){values, pipelines, locking, waiting, messages,
		scanning, streams, expiry, errorsAreValues, killing, caching} {
		part(rdb)
	}
	is("OK")(rdb.FlushDB(ctx).Result())
}
