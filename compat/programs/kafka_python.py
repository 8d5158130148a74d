"""Everyday use of kafka-python against the broker at argv[1], on a topic named argv[2]."""
import sys

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, NewPartitions, NewTopic

bootstrap, topic = sys.argv[1:3]
admin = KafkaAdminClient(bootstrap_servers=bootstrap)
admin.create_topics([NewTopic(topic, 3, 1, topic_configs={"retention.ms": "100000"})])

producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all", compression_type="gzip")
sent = {b"value %d" % number for number in range(300)}
for number, value in enumerate(sorted(sent)):
    producer.send(topic, key=b"key %d" % number, value=value, headers=[("trace", b"abc")])
producer.flush()

consumer = KafkaConsumer(
    topic, bootstrap_servers=bootstrap, group_id="group-" + topic, auto_offset_reset="earliest", consumer_timeout_ms=20000
)
received = []
for record in consumer:
    assert record.headers == [("trace", b"abc")], record
    received.append(record.value)
    if len(received) == len(sent):
        break
assert set(received) == sent and len(received) == len(sent), len(received)
consumer.commit()
partitions = [TopicPartition(topic, index) for index in range(3)]
assert sum(consumer.end_offsets(partitions).values()) == 300
assert sum(consumer.beginning_offsets(partitions).values()) == 0
assert consumer.offsets_for_times({partitions[0]: 0})[partitions[0]].offset == 0
consumer.close()

group = "group-" + topic
if hasattr(admin, "list_groups"):  # since 3.0
    assert group in [each["group_id"] for each in admin.list_groups()]
    committed = admin.list_group_offsets(group)[group]
    state = admin.describe_groups([group])[group]["group_state"]
else:
    assert (group, "consumer") in admin.list_consumer_groups()
    committed = admin.list_consumer_group_offsets(group)
    state = admin.describe_consumer_groups([group])[0].state
assert sum(place.offset for place in committed.values()) == 300
assert state == "Empty"
admin.create_partitions({topic: NewPartitions(5)})
admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, {"retention.ms": "5000"})])
described = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic, {"retention.ms": None})])
if isinstance(described, dict):  # since 3.0
    assert described["topic"][topic]["retention.ms"]["value"] == "5000", described
else:
    assert described[0].resources[0][4][0][1] == "5000", described
admin.delete_topics([topic])
assert topic not in admin.list_topics()
print("done")
