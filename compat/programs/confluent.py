"""Everyday use of confluent-kafka against the broker at argv[1], on a topic named argv[2]."""
import sys

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic

bootstrap, topic = sys.argv[1:3]
admin = AdminClient({"bootstrap.servers": bootstrap})
for future in admin.create_topics([NewTopic(topic, 3, 1, config={"retention.ms": "100000"})]).values():
    future.result(30)

producer = Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True, "compression.type": "lz4"})
failures = []
for number in range(500):
    producer.produce(
        topic, key=str(number), value="value %d" % number, on_delivery=lambda error, _: error and failures.append(error)
    )
producer.flush(30)
assert not failures, failures

group = "group-" + topic
consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": group, "auto.offset.reset": "earliest"})
consumer.subscribe([topic])
received = set()
while len(received) < 500:
    message = consumer.poll(30)
    assert message is not None and message.error() is None, message and message.error()
    received.add(message.value())
consumer.commit(asynchronous=False)
committed = consumer.committed([TopicPartition(topic, index) for index in range(3)], timeout=30)
assert sum(place.offset for place in committed) == 500, committed
consumer.close()

assert topic in admin.list_topics(timeout=30).topics
resource = ConfigResource(ConfigResource.Type.TOPIC, topic)
configs = list(admin.describe_configs([resource]).values())[0].result(30)
assert configs["retention.ms"].value == "100000"
for future in admin.delete_topics([topic]).values():
    future.result(30)
print("done")
