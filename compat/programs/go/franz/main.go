// franz-go as it comes (idempotent, newest versions of everything): produces, and copies from topic to topic in transactions of 100 records,
// of which every third is aborted and copied again. Who reads only what is committed finds each record once.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

const count = 2000

func main() {
	broker, topic := os.Args[1], os.Args[2]
	context, stop := context.WithTimeout(context.Background(), 80*time.Second)
	defer stop()
	create(context, broker, topic, topic+"-copy")
	produce(context, broker, topic)
	aborted := copyAll(context, broker, topic, topic+"-copy")
	if aborted < 3 {
		log.Fatalf("only %d transactions were aborted", aborted)
	}
	verify(context, broker, topic+"-copy")
	fmt.Println("done")
}

func create(context context.Context, broker string, topics ...string) {
	client, err := kgo.NewClient(kgo.SeedBrokers(broker))
	check(err)
	defer client.Close()
	request := kmsg.NewCreateTopicsRequest()
	request.TimeoutMillis = 10_000
	for _, name := range topics {
		topic := kmsg.NewCreateTopicsRequestTopic()
		topic.Topic, topic.NumPartitions, topic.ReplicationFactor = name, 3, 1
		request.Topics = append(request.Topics, topic)
	}
	answer, err := request.RequestWith(context, client)
	check(err)
	for _, topic := range answer.Topics {
		if topic.ErrorCode != 0 {
			log.Fatalf("topic %s was not made: error %d", topic.Topic, topic.ErrorCode)
		}
	}
}

func produce(context context.Context, broker string, topic string) {
	client, err := kgo.NewClient(kgo.SeedBrokers(broker), kgo.DefaultProduceTopic(topic))
	check(err)
	defer client.Close()
	var records []*kgo.Record
	for number := 0; number < count; number++ {
		value := []byte(strconv.Itoa(number))
		records = append(records, &kgo.Record{Key: value, Value: value, Headers: []kgo.RecordHeader{{Key: "number", Value: value}}})
	}
	check(client.ProduceSync(context, records...).FirstErr())
}

// Gives how many transactions were aborted on purpose.
func copyAll(context context.Context, broker string, from string, to string) int {
	session, err := kgo.NewGroupTransactSession(
		kgo.SeedBrokers(broker),
		kgo.TransactionalID("copy-"+from),
		kgo.ConsumerGroup("copy-"+from),
		kgo.ConsumeTopics(from),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.RequireStableFetchOffsets(),
		kgo.DefaultProduceTopic(to),
	)
	check(err)
	defer session.Close()
	committed, aborted, transactions := 0, 0, 0
	for committed < count {
		fetches := session.PollRecords(context, 100)
		if err := fetches.Err0(); err != nil {
			log.Fatal(err)
		}
		check(session.Begin())
		for _, record := range fetches.Records() {
			session.Produce(context, &kgo.Record{Key: record.Key, Value: record.Value}, nil)
		}
		transactions++
		isMeant := transactions%3 != 0
		done, err := session.End(context, kgo.TransactionEndTry(isMeant))
		check(err)
		if done {
			committed += fetches.NumRecords()
		} else if !isMeant {
			aborted++
		}
	}
	return aborted
}

func verify(context context.Context, broker string, topic string) {
	client, err := kgo.NewClient(
		kgo.SeedBrokers(broker),
		kgo.ConsumeTopics(topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()),
	)
	check(err)
	defer client.Close()
	seen := map[string]bool{}
	for len(seen) < count {
		fetches := client.PollFetches(context)
		if err := fetches.Err0(); err != nil {
			log.Fatal(err)
		}
		for _, record := range fetches.Records() {
			if seen[string(record.Value)] {
				log.Fatalf("record %s was copied twice", record.Value)
			}
			seen[string(record.Value)] = true
		}
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
