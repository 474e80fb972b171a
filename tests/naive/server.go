// Stages 02 to 05 in Go, with a goroutine for each client.
//
//	server STAGE PORT [MISTAKE]
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

type entry struct {
	value   string
	expires time.Time
}

var (
	stage, mistake string
	mutex          sync.Mutex
	table          = map[string]entry{}
	errProtocol    = errors.New("protocol")
)

func bulk(text string) string {
	return fmt.Sprintf("$%d\r\n%s\r\n", len(text), text)
}

func look(key string) (entry, bool) {
	found, ok := table[key]
	if ok && !found.expires.IsZero() && !time.Now().Before(found.expires) {
		delete(table, key)
		return entry{}, false
	}
	return found, ok
}

func set(words []string) string {
	made := entry{value: words[2]}
	if len(words) > 3 && mistake != "ignores-options" {
		unit, ok := map[string]time.Duration{"EX": time.Second, "PX": time.Millisecond}[strings.ToUpper(words[3])]
		if !ok || stage < "05" || len(words) != 5 {
			return "-ERR syntax error\r\n"
		}
		amount, err := strconv.ParseInt(words[4], 10, 64)
		if err != nil {
			return "-ERR value is not an integer or out of range\r\n"
		}
		if amount <= 0 || amount > 1<<33 {
			return "-ERR invalid expire time in 'set' command\r\n"
		}
		made.expires = time.Now().Add(time.Duration(amount) * unit)
	}
	table[words[1]] = made
	return "+OK\r\n"
}

func get(words []string) string {
	if found, ok := look(words[1]); ok {
		return bulk(found.value)
	}
	return "$-1\r\n"
}

func mget(words []string) string {
	reply := fmt.Sprintf("*%d\r\n", len(words)-1)
	for _, key := range words[1:] {
		reply += get([]string{"get", key})
	}
	return reply
}

func ttl(words []string) string {
	found, ok := look(words[1])
	if !ok {
		return ":-2\r\n"
	}
	if found.expires.IsZero() {
		return ":-1\r\n"
	}
	return fmt.Sprintf(":%d\r\n", time.Until(found.expires).Round(time.Second)/time.Second)
}

type command struct {
	stage       string
	least, most int
	run         func([]string) string
}

var commands = map[string]command{
	"ping": {"03", 1, 2, func(words []string) string {
		if len(words) > 1 {
			return bulk(words[1])
		}
		return "+PONG\r\n"
	}},
	"echo": {"03", 2, 2, func(words []string) string { return bulk(words[1]) }},
	"set":  {"04", 3, 9, set},
	"get":  {"04", 2, 2, get},
	"mget": {"04", 2, 99, mget},
	"ttl":  {"05", 2, 2, ttl},
}

func run(words []string) (string, error) {
	name := strings.ToLower(words[0])
	known, ok := commands[name]
	if mistake == "panics" {
		return known.run(words), nil
	}
	if !ok || known.stage > stage {
		if mistake == "closes" {
			return "", errProtocol
		}
		args := ""
		for _, word := range words[1:] {
			args += "'" + word + "' "
		}
		return fmt.Sprintf("-ERR unknown command '%s', with args beginning with: %s\r\n", words[0], args), nil
	}
	if len(words) < known.least || len(words) > known.most {
		return fmt.Sprintf("-ERR wrong number of arguments for '%s' command\r\n", name), nil
	}
	mutex.Lock()
	defer mutex.Unlock()
	return known.run(words), nil
}

func request(reader *bufio.Reader) ([]string, error) {
	line, err := reader.ReadString('\n')
	if err != nil {
		return nil, err
	}
	line = strings.TrimRight(line, "\r\n")
	if !strings.HasPrefix(line, "*") {
		return strings.Fields(line), nil
	}
	count, err := strconv.Atoi(line[1:])
	if err != nil {
		return nil, errProtocol
	}
	words := []string{}
	for len(words) < count {
		head, err := reader.ReadString('\n')
		if err != nil {
			return nil, err
		}
		size, err := strconv.Atoi(strings.TrimRight(head[1:], "\r\n"))
		if err != nil || size < 0 {
			return nil, errProtocol
		}
		if mistake == "cuts-at-newline" {
			text, err := reader.ReadString('\n')
			if err != nil {
				return nil, err
			}
			words = append(words, strings.TrimRight(text, "\r\n"))
			continue
		}
		bytes := make([]byte, size+2)
		read := io.ReadFull
		if mistake == "short-read" {
			read = func(from io.Reader, into []byte) (int, error) { return from.Read(into) }
		}
		if _, err := read(reader, bytes); err != nil {
			return nil, err
		}
		words = append(words, string(bytes[:size]))
	}
	return words, nil
}

func readOnce(client net.Conn) ([]string, error) {
	buffer := make([]byte, 1024)
	n, err := client.Read(buffer)
	if err != nil {
		return nil, err
	}
	words := []string{}
	for i, part := range strings.Split(string(buffer[:n]), "\r\n") {
		if i > 1 && i%2 == 0 {
			words = append(words, part)
		}
	}
	return words, nil
}

func serve(client net.Conn) {
	defer client.Close()
	if stage < "03" {
		io.Copy(client, client)
		return
	}
	reader := bufio.NewReader(client)
	for {
		var found []string
		var err error
		if mistake == "one-read" {
			found, err = readOnce(client)
		} else {
			found, err = request(reader)
		}
		if err == errProtocol {
			fmt.Fprintf(client, "-ERR Protocol error\r\n")
		}
		if err != nil {
			return
		}
		if len(found) == 0 {
			continue
		}
		reply, err := run(found)
		if err != nil {
			return
		}
		if _, err := io.WriteString(client, reply); err != nil {
			return
		}
	}
}

func main() {
	stage = os.Args[1]
	if len(os.Args) > 3 {
		mistake = os.Args[3]
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	go func() {
		<-stop
		os.Exit(0)
	}()
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		go serve(client)
	}
}
