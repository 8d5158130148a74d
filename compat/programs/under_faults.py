"""confluent-kafka (librdkafka) while brokers die: `produce BOOTSTRAP TOPIC NAME PARTITIONS` sends until a byte comes on standard input,
idempotently and with acks=all; `read BOOTSTRAP TOPIC PARTITIONS` follows all partitions from their beginning. Each line on standard
output is one event: s PARTITION NUMBER (sent), a PARTITION NUMBER OFFSET (acknowledged), e PARTITION NUMBER REASON, r PARTITION OFFSET VALUE."""
import select
import sys

from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition


def is_wanted():
    return not select.select([sys.stdin], [], [], 0)[0]


def say(*words):
    print(*words, flush=True)


def produce(bootstrap, topic, name, partitions):
    producer = Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True, "acks": "all", "linger.ms": 5})
    number = 0
    while is_wanted():
        for partition in range(int(partitions)):

            def delivered(error, message, partition=partition, number=number):
                if error is None:
                    say("a", partition, number, message.offset())
                else:
                    say("e", partition, number, error)

            say("s", partition, number)
            value = "%s:%d:%d" % (name, partition, number)
            while True:
                try:
                    producer.produce(topic, value, partition=partition, on_delivery=delivered)
                    break
                except BufferError:
                    producer.poll(0.1)
        number += 1
        producer.poll(0.005)
    producer.flush()


def read(bootstrap, topic, partitions):
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "unused", "enable.auto.commit": False, "auto.offset.reset": "earliest"})
    consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in range(int(partitions))])
    while is_wanted():
        for message in consumer.consume(500, 0.1):
            if message.error() is None:
                say("r", message.partition(), message.offset(), message.value().decode())
    consumer.close()


{"produce": produce, "read": read}[sys.argv[1]](*sys.argv[2:])
