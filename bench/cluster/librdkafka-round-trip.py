"""BOOTSTRAP TOPIC COUNT: one record at a time through librdkafka, from produce to the consumer's hand, both in this process.

The first fifty do not count. Prints milliseconds as a JSON array.
"""
import json
import sys
import time

from confluent_kafka import Consumer, Producer, TopicPartition

bootstrap, topic, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
warm_up = 50
producer = Producer({"bootstrap.servers": bootstrap, "acks": "all", "linger.ms": 0})
consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "reads-" + topic, "enable.auto.commit": False})
consumer.assign([TopicPartition(topic, 0, 0)])
times = []
for index in range(-warm_up, count):
    value = str(index).ljust(1000).encode()
    sent_at = time.perf_counter()
    producer.produce(topic, value, partition=0)
    while True:
        message = consumer.poll(10)
        if message is None:
            sys.exit("record %d did not arrive within 10 s" % index)
        if message.error() is not None:
            sys.exit("consumer: %s" % message.error())
        if message.value() == value:
            break
    if index >= 0:
        times.append((time.perf_counter() - sent_at) * 1000)
    producer.poll(0)
print(json.dumps(times))
consumer.close()
