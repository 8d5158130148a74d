// What Go programs of 2018 did with sarama 1.19.0 as it comes (it speaks as with Kafka 0.8.2: no ApiVersions, Produce and Fetch of
// version 0, message sets of magic 0) and with sarama-cluster (Kafka 0.9).
package main

import (
	"fmt"
	"log"
	"os"
	"strconv"
	"time"

	"github.com/Shopify/sarama"
	cluster "github.com/bsm/sarama-cluster"
)

const count = 100

func main() {
	brokers, topic := []string{os.Args[1]}, os.Args[2]
	produce(brokers, topic)
	consume(brokers, topic)
	rest := consumeInGroup(brokers, topic, 60)
	if more := consumeInGroup(brokers, topic, count-60); rest+more != count {
		log.Fatalf("the group read %d and %d records of %d", rest, more, count)
	}
	fmt.Println("done")
}

func produce(brokers []string, topic string) {
	config := sarama.NewConfig()
	config.Producer.RequiredAcks = sarama.WaitForAll
	config.Producer.Partitioner = sarama.NewRandomPartitioner
	config.Producer.Return.Successes = true
	producer, err := sarama.NewSyncProducer(brokers, config)
	check(err)
	next := map[int32]int64{}
	for number := 0; number < count; number++ {
		message := &sarama.ProducerMessage{Topic: topic, Value: sarama.StringEncoder(strconv.Itoa(number))}
		partition, offset, err := producer.SendMessage(message)
		check(err)
		if offset != next[partition] {
			log.Fatalf("record %d is told to be at offset %d of partition %d, not %d", number, offset, partition, next[partition])
		}
		next[partition]++
	}
	check(producer.Close())
}

// Messages of magic 0 have no timestamp, and none is made up for them.
func consume(brokers []string, topic string) {
	consumer, err := sarama.NewConsumer(brokers, nil)
	check(err)
	partitions, err := consumer.Partitions(topic)
	check(err)
	seen := map[string]bool{}
	for _, partition := range partitions {
		client, err := sarama.NewClient(brokers, nil)
		check(err)
		end, err := client.GetOffset(topic, partition, sarama.OffsetNewest)
		check(err)
		check(client.Close())
		records, err := consumer.ConsumePartition(topic, partition, sarama.OffsetOldest)
		check(err)
		for offset := int64(0); offset < end; offset++ {
			record := next(records.Messages())
			if record.Offset != offset || !record.Timestamp.IsZero() || record.Key != nil {
				log.Fatalf("record %d of partition %d has offset %d, time %v, key %q", offset, partition, record.Offset, record.Timestamp, record.Key)
			}
			seen[string(record.Value)] = true
		}
		check(records.Close())
	}
	check(consumer.Close())
	if len(seen) != count {
		log.Fatalf("read %d records of %d", len(seen), count)
	}
}

// Reads and commits so many, and leaves.
func consumeInGroup(brokers []string, topic string, wanted int) int {
	config := cluster.NewConfig()
	config.Consumer.Return.Errors = true
	config.Group.Return.Notifications = true
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	consumer, err := cluster.NewConsumer(brokers, "group-"+topic, []string{topic}, config)
	check(err)
	read := 0
	deadline := time.After(40 * time.Second)
	for read < wanted {
		select {
		case record := <-consumer.Messages():
			read++
			consumer.MarkOffset(record, "")
		case err := <-consumer.Errors():
			check(err)
		case <-consumer.Notifications():
		case <-deadline:
			log.Fatalf("the group read %d of %d records", read, wanted)
		}
	}
	check(consumer.CommitOffsets())
	check(consumer.Close())
	return read
}

func next(records <-chan *sarama.ConsumerMessage) *sarama.ConsumerMessage {
	select {
	case record := <-records:
		return record
	case <-time.After(30 * time.Second):
		log.Fatal("no record for 30 s")
		return nil
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
