// What programs for Kafka 0.11.0.0 do, with the client of that release or of a later one up to 3.9: `java -cp LIBRARIES AsIn2017.java
// BOOTSTRAP TOPIC`. The topic has one partition. Records with callbacks, waited for one by one, through interceptors, with headers,
// idempotently and in transactions; consumers that commit by themselves, at once and later, and that start where they are told.
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

public final class AsIn2017 {
    private static final int COUNT = 100;
    private static final long LIMIT_MS = 60_000;

    private static String bootstrap;
    private static TopicPartition partition;

    public static void main(String[] args) throws Exception {
        bootstrap = args[0];
        partition = new TopicPartition(args[1], 0);
        callbacks();
        oneByOne();
        interceptors();
        equal(texts("all", 2 * COUNT + 10).subList(0, 2), List.of("test-0", "test-1"), "the first values");
        committing();
        noOffset();
        transactions();
        System.out.println("done");
    }

    private static Map<String, Object> producing(Object... more) {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", bootstrap);
        config.put("acks", "all");
        config.put("retries", 1);
        config.put("batch.size", 16384);
        config.put("linger.ms", 1);
        config.put("buffer.memory", 33554432);
        config.put("key.serializer", "org.apache.kafka.common.serialization.StringSerializer");
        config.put("value.serializer", "org.apache.kafka.common.serialization.StringSerializer");
        for (int at = 0; at < more.length; at += 2) config.put((String) more[at], more[at + 1]);
        return config;
    }

    private static KafkaConsumer<String, String> consumer(String group, Object... more) {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", bootstrap);
        config.put("group.id", group + "-" + partition.topic());
        config.put("auto.offset.reset", "earliest");
        config.put("auto.commit.interval.ms", "1000");
        config.put("key.deserializer", "org.apache.kafka.common.serialization.StringDeserializer");
        config.put("value.deserializer", "org.apache.kafka.common.serialization.StringDeserializer");
        for (int at = 0; at < more.length; at += 2) config.put((String) more[at], more[at + 1]);
        return new KafkaConsumer<>(config);
    }

    private static ProducerRecord<String, String> record(String text) {
        return new ProducerRecord<>(partition.topic(), text, text);
    }

    /** The offsets that callbacks are told are 0, 1, 2... of partition 0. */
    private static void callbacks() throws Exception {
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        KafkaProducer<String, String> producer = new KafkaProducer<>(producing());
        for (int number = 0; number < COUNT; number++)
            producer.send(record("test-" + number), (metadata, error) ->
                told.add(error == null ? metadata.partition() + " - " + metadata.offset() : error.toString()));
        producer.close();
        List<String> expected = new ArrayList<>();
        for (int offset = 0; offset < COUNT; offset++) expected.add("0 - " + offset);
        equal(told, expected, "what callbacks were told");
    }

    private static void oneByOne() throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(producing("enable.idempotence", true))) {
            for (int number = 0; number < COUNT; number++) {
                RecordMetadata told = producer.send(record("one-" + number)).get();
                equal(told.offset(), (long) COUNT + number, "an offset");
            }
        }
    }

    public static final class Counting implements ProducerInterceptor<String, String> {
        static final AtomicInteger sent = new AtomicInteger();

        @Override
        public ProducerRecord<String, String> onSend(ProducerRecord<String, String> record) {
            ProducerRecord<String, String> changed =
                new ProducerRecord<>(record.topic(), record.partition(), record.timestamp(), record.key(), "seen " + record.value());
            changed.headers().add("by", "interceptor".getBytes());
            return changed;
        }

        @Override
        public void onAcknowledgement(RecordMetadata metadata, Exception error) {
            if (error == null) sent.incrementAndGet();
        }

        @Override
        public void close() {}

        @Override
        public void configure(Map<String, ?> config) {}
    }

    private static void interceptors() throws Exception {
        Map<String, Object> config = producing("interceptor.classes", List.of(Counting.class));
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(config)) {
            for (int number = 0; number < 10; number++) producer.send(record("message" + number));
        }
        equal(Counting.sent.get(), 10, "records that the interceptor saw acknowledged");
        try (KafkaConsumer<String, String> consumer = consumer("headers")) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, 2 * COUNT);
            ConsumerRecord<String, String> first = take(consumer, 10).get(0);
            equal(first.value(), "seen message0", "a value");
            equal(new String(first.headers().lastHeader("by").value()), "interceptor", "a header");
            long ageMs = System.currentTimeMillis() - first.timestamp();
            if (ageMs < 0 || ageMs > 10 * LIMIT_MS) throw new Exception("a timestamp of " + ageMs + " ms ago");
        }
    }

    private static List<ConsumerRecord<String, String>> take(KafkaConsumer<String, String> consumer, int count) throws Exception {
        List<ConsumerRecord<String, String>> taken = new ArrayList<>();
        long deadline = System.currentTimeMillis() + LIMIT_MS;
        while (taken.size() < count) {
            for (ConsumerRecord<String, String> record : consumer.poll(100)) taken.add(record);
            if (System.currentTimeMillis() > deadline) throw new Exception(taken.size() + " records instead of " + count);
        }
        return taken;
    }

    /** Reads so many in a group that commits by itself, at the latest when it closes. */
    private static List<String> texts(String group, int count) throws Exception {
        try (KafkaConsumer<String, String> consumer = consumer(group, "enable.auto.commit", "true")) {
            consumer.subscribe(List.of(partition.topic()));
            List<String> texts = new ArrayList<>();
            for (ConsumerRecord<String, String> record : take(consumer, count)) texts.add(record.value());
            return texts;
        }
    }

    private static void committing() throws Exception {
        long end = 2 * COUNT + 10;
        try (KafkaConsumer<String, String> consumer = consumer("all")) {
            equal(consumer.committed(partition).offset(), end, "what was committed by itself");
        }
        List<String> heard = new ArrayList<>();
        AtomicReference<Object> later = new AtomicReference<>();
        try (KafkaConsumer<String, String> consumer = consumer("by-hand", "enable.auto.commit", "false", "max.poll.records", 50)) {
            consumer.subscribe(List.of(partition.topic()), new ConsumerRebalanceListener() {
                @Override
                public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                    heard.add("revoked " + partitions);
                }

                @Override
                public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                    heard.add("assigned " + partitions);
                    consumer.seek(partition, 7);
                }
            });
            equal(take(consumer, 1).get(0).offset(), 7L, "the offset of the first record after a seek");
            consumer.commitSync(Map.of(partition, new OffsetAndMetadata(20, "noted")));
            equal(consumer.committed(partition).metadata(), "noted", "the metadata of a commit");
            consumer.commitAsync(Map.of(partition, new OffsetAndMetadata(30)), (offsets, error) -> later.set(error == null ? offsets : error));
            long deadline = System.currentTimeMillis() + LIMIT_MS;
            while (later.get() == null && System.currentTimeMillis() < deadline) consumer.poll(10);
            equal(later.get(), Map.of(partition, new OffsetAndMetadata(30)), "what a later commit was told");
            equal(heard.get(heard.size() - 1), "assigned [" + partition + "]", "the last that a listener heard");
            equal(consumer.beginningOffsets(List.of(partition)).get(partition), 0L, "the first offset");
            equal(consumer.endOffsets(List.of(partition)).get(partition), end, "the end");
            equal(consumer.offsetsForTimes(Map.of(partition, 1L)).get(partition).offset(), 0L, "the first offset since 1970");
        }
    }

    private static void noOffset() throws Exception {
        try (KafkaConsumer<String, String> consumer = consumer("none", "auto.offset.reset", "none")) {
            consumer.subscribe(List.of(partition.topic()));
            take(consumer, 1);
            throw new Exception("a group without offsets began somewhere");
        } catch (NoOffsetForPartitionException expected) {
            // What auto.offset.reset=none asks for.
        }
    }

    private static void transactions() throws Exception {
        String group = "copies-" + partition.topic();
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(producing("transactional.id", partition.topic()))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(record("aborted"));
            producer.flush();
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(record("committed"));
            producer.sendOffsetsToTransaction(Map.of(partition, new OffsetAndMetadata(5)), group);
            producer.commitTransaction();
        }
        try (KafkaConsumer<String, String> consumer = consumer("copies", "isolation.level", "read_committed", "enable.auto.commit", "false")) {
            equal(consumer.committed(partition).offset(), 5L, "the offset committed in a transaction");
            consumer.assign(List.of(partition));
            consumer.seek(partition, 2 * COUNT + 10);
            equal(take(consumer, 1).get(0).value(), "committed", "what is read as committed");
        }
        try (KafkaConsumer<String, String> consumer = consumer("copies", "enable.auto.commit", "false")) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, 2 * COUNT + 10);
            equal(take(consumer, 2).get(0).value(), "aborted", "what is read as it was written");
        }
    }

    private static void equal(Object actual, Object expected, String what) throws Exception {
        if (!actual.equals(expected)) throw new Exception(what + ": " + actual + " instead of " + expected);
    }
}
