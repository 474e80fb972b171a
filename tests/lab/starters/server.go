// A server that listens, and does nothing yet with what comes.
//
//	./server PORT
package main

import (
	"log"
	"net"
	"os"
)

// serve is about one client, until it leaves.
func serve(client net.Conn) {
	defer client.Close()
	buffer := make([]byte, 4096)
	for {
		count, err := client.Read(buffer)
		if err != nil {
			return
		}
		_ = buffer[:count] // Yours to write: what is due for these bytes?
	}
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	for {
		client, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		serve(client)
	}
}
