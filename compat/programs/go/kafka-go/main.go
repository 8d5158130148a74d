// kafka-go: a writer with each codec, and a reader that comes back to where its group was.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strconv"
	"time"

	"github.com/segmentio/kafka-go"
)

const each = 200

var codecs = []kafka.Compression{0, kafka.Gzip, kafka.Snappy, kafka.Lz4, kafka.Zstd}

func main() {
	broker, topic := os.Args[1], os.Args[2]
	client := &kafka.Client{Addr: kafka.TCP(broker)}
	made, err := client.CreateTopics(context.Background(), &kafka.CreateTopicsRequest{
		Topics: []kafka.TopicConfig{{Topic: topic, NumPartitions: 3, ReplicationFactor: 1}},
	})
	check(err)
	check(made.Errors[topic])
	for nth, codec := range codecs {
		write(broker, topic, codec, nth*each)
	}
	read(broker, topic, len(codecs)*each-150)
	read(broker, topic, 150)
	fmt.Println("done")
}

func write(broker string, topic string, codec kafka.Compression, first int) {
	writer := &kafka.Writer{
		Addr: kafka.TCP(broker), Topic: topic, RequiredAcks: kafka.RequireAll, Compression: codec,
		Balancer: &kafka.Hash{}, BatchTimeout: 5 * time.Millisecond,
	}
	var messages []kafka.Message
	for number := first; number < first+each; number++ {
		header := kafka.Header{Key: "codec", Value: []byte(codec.String())}
		messages = append(messages, kafka.Message{
			Key: []byte(strconv.Itoa(number)), Value: []byte(strconv.Itoa(number)), Headers: []kafka.Header{header},
		})
	}
	check(writer.WriteMessages(context.Background(), messages...))
	check(writer.Close())
}

var seen = map[string]bool{}

func read(broker string, topic string, wanted int) {
	context, stop := context.WithTimeout(context.Background(), 40*time.Second)
	defer stop()
	reader := kafka.NewReader(kafka.ReaderConfig{
		Brokers: []string{broker}, GroupID: "group-" + topic, Topic: topic, StartOffset: kafka.FirstOffset, MaxWait: 200 * time.Millisecond,
	})
	for number := 0; number < wanted; number++ {
		message, err := reader.ReadMessage(context)
		check(err)
		if seen[string(message.Value)] {
			log.Fatalf("record %s came twice", message.Value)
		}
		if len(message.Headers) != 1 || string(message.Key) != string(message.Value) {
			log.Fatalf("record %s has key %q and headers %v", message.Value, message.Key, message.Headers)
		}
		seen[string(message.Value)] = true
	}
	check(reader.Close())
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
