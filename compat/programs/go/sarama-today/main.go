// sarama of today as it comes: an idempotent producer with every codec, a consumer group of two members that leave and come back, its admin.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/IBM/sarama"
)

const each = 200

var codecs = []sarama.CompressionCodec{
	sarama.CompressionNone, sarama.CompressionGZIP, sarama.CompressionSnappy, sarama.CompressionLZ4, sarama.CompressionZSTD,
}

func main() {
	brokers, topic := []string{os.Args[1]}, os.Args[2]
	administer(brokers, topic)
	for nth, codec := range codecs {
		produce(brokers, topic, codec, nth*each)
	}
	consumeInGroup(brokers, topic, 0, len(codecs)*each)
	produce(brokers, topic, sarama.CompressionNone, len(codecs)*each)
	consumeInGroup(brokers, topic, len(codecs)*each, each)
	fmt.Println("done")
}

func administer(brokers []string, topic string) {
	admin, err := sarama.NewClusterAdmin(brokers, sarama.NewConfig())
	check(err)
	retention := "3600000"
	detail := &sarama.TopicDetail{NumPartitions: 4, ReplicationFactor: 1, ConfigEntries: map[string]*string{"retention.ms": &retention}}
	check(admin.CreateTopic(topic, detail, false))
	check(admin.CreatePartitions(topic, 6, nil, false))
	deadline := time.Now().Add(20 * time.Second)
	for {
		topics, err := admin.DescribeTopics([]string{topic})
		check(err)
		if len(topics[0].Partitions) == 6 {
			break
		}
		if time.Now().After(deadline) {
			log.Fatalf("%d partitions instead of 6", len(topics[0].Partitions))
		}
		time.Sleep(100 * time.Millisecond)
	}
	entries, err := admin.DescribeConfig(sarama.ConfigResource{Type: sarama.TopicResource, Name: topic, ConfigNames: []string{"retention.ms"}})
	check(err)
	if len(entries) != 1 || entries[0].Value != retention {
		log.Fatalf("retention.ms is told as %+v", entries)
	}
	check(admin.Close())
}

func produce(brokers []string, topic string, codec sarama.CompressionCodec, first int) {
	config := sarama.NewConfig()
	config.Producer.Return.Successes = true
	config.Producer.Idempotent = true
	config.Producer.RequiredAcks = sarama.WaitForAll
	config.Net.MaxOpenRequests = 1
	config.Producer.Compression = codec
	producer, err := sarama.NewSyncProducer(brokers, config)
	check(err)
	var messages []*sarama.ProducerMessage
	for number := first; number < first+each; number++ {
		key, value := strconv.Itoa(number%7), strconv.Itoa(number)
		messages = append(messages, &sarama.ProducerMessage{Topic: topic, Key: sarama.StringEncoder(key), Value: sarama.StringEncoder(value)})
	}
	check(producer.SendMessages(messages))
	check(producer.Close())
}

type reader struct {
	lock sync.Mutex
	seen map[string]int
	stop context.CancelFunc
	want int
}

func (*reader) Setup(sarama.ConsumerGroupSession) error   { return nil }
func (*reader) Cleanup(sarama.ConsumerGroupSession) error { return nil }

func (r *reader) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for {
		select {
		case record, open := <-claim.Messages():
			if !open {
				return nil
			}
			r.lock.Lock()
			r.seen[string(record.Value)]++
			session.MarkMessage(record, "")
			if len(r.seen) >= r.want {
				r.stop()
			}
			r.lock.Unlock()
		case <-session.Context().Done():
			return nil
		}
	}
}

// Two members read exactly the records from `first` on: what the group has committed does not come back.
func consumeInGroup(brokers []string, topic string, first int, wanted int) {
	context, stop := context.WithTimeout(context.Background(), 40*time.Second)
	all := &reader{seen: map[string]int{}, stop: stop, want: wanted}
	var members sync.WaitGroup
	for member := 0; member < 2; member++ {
		config := sarama.NewConfig()
		config.Consumer.Offsets.Initial = sarama.OffsetOldest
		group, err := sarama.NewConsumerGroup(brokers, "group-"+topic, config)
		check(err)
		members.Add(1)
		go func() {
			defer members.Done()
			for context.Err() == nil {
				if err := group.Consume(context, []string{topic}, all); err != nil && context.Err() == nil {
					log.Fatal(err)
				}
			}
			check(group.Close())
		}()
	}
	members.Wait()
	for number := first; number < first+wanted; number++ {
		if all.seen[strconv.Itoa(number)] == 0 {
			log.Fatalf("record %d was not read; %d were", number, len(all.seen))
		}
	}
	if len(all.seen) != wanted {
		log.Fatalf("%d records were read instead of %d", len(all.seen), wanted)
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
