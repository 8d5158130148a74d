// A consumer of any release from 0.9 to 3.9: `java -cp LIBRARIES ReadRecords.java BOOTSTRAP TOPIC GROUP NAME...` reads in a group what
// WriteRecords wrote under these names: half of it, commits, and a second member of the same group the rest. All of it must come, in
// the order of each partition and nothing twice.
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;

final class ReadRecords {
    private static final long LIMIT_MS = 60_000;
    private static final String[] CODECS = {"none", "gzip", "snappy", "lz4"};
    private static final int RECORDS_PER_PARTITION = 30;

    private static final Map<Integer, Long> offsets = new HashMap<>();
    private static final Map<String, Integer> numbers = new HashMap<>();

    public static void main(String[] args) throws Exception {
        List<String> writers = Arrays.asList(args).subList(3, args.length);
        int partitions = partitionsOf(args[0], args[1]);
        int wanted = writers.size() * CODECS.length * RECORDS_PER_PARTITION * partitions;
        int read = read(args[0], args[1], args[2], wanted / 2);
        read += read(args[0], args[1], args[2], wanted - read);
        if (read != wanted) throw new Exception("read " + read + " records instead of " + wanted);
        for (String writer : writers)
            for (String codec : CODECS)
                for (int partition = 0; partition < partitions; partition++)
                    if (numbers.getOrDefault(writer + "-" + codec + "-" + partition, -1) != RECORDS_PER_PARTITION - 1)
                        throw new Exception("not all of " + writer + "-" + codec + "-" + partition + ": " + numbers);
        System.out.println("read");
    }

    private static KafkaConsumer<String, String> consumer(String bootstrap, String group) {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", bootstrap);
        config.put("group.id", group);
        config.put("enable.auto.commit", "false");
        config.put("auto.offset.reset", "earliest");
        config.put("session.timeout.ms", "10000");
        // Small, so that answers end in the middle of what is stored.
        config.put("max.partition.fetch.bytes", "3000");
        config.put("key.deserializer", "org.apache.kafka.common.serialization.StringDeserializer");
        config.put("value.deserializer", "org.apache.kafka.common.serialization.StringDeserializer");
        return new KafkaConsumer<>(config);
    }

    private static int partitionsOf(String bootstrap, String topic) {
        KafkaConsumer<String, String> consumer = consumer(bootstrap, "no-group");
        int partitions = consumer.partitionsFor(topic).size();
        consumer.close();
        return partitions;
    }

    /** At least so many, and commits them all. */
    private static int read(String bootstrap, String topic, String group, int wanted) throws Exception {
        KafkaConsumer<String, String> consumer = consumer(bootstrap, group);
        consumer.subscribe(Collections.singletonList(topic));
        int read = 0;
        long deadline = System.currentTimeMillis() + LIMIT_MS;
        while (read < wanted) {
            for (ConsumerRecord<String, String> record : consumer.poll(100)) {
                note(record);
                read++;
            }
            if (System.currentTimeMillis() > deadline) throw new Exception("read " + read + " records instead of " + wanted);
        }
        consumer.commitSync();
        consumer.close();
        return read;
    }

    private static void note(ConsumerRecord<String, String> record) throws Exception {
        Long expected = offsets.put(record.partition(), record.offset() + 1);
        if (expected != null && expected != record.offset()) throw new Exception(record + " instead of offset " + expected);
        String text = record.key() != null ? record.key() : record.value();
        int end = text.lastIndexOf('-');
        int number = Integer.parseInt(text.substring(end + 1));
        String name = text.substring(0, end);
        if (numbers.getOrDefault(name, -1) != number - 1) throw new Exception(record + " after " + numbers.get(name));
        numbers.put(name, number);
        if ((record.key() == null) != (number % 10 == 3)) throw new Exception(record + " has a wrong key");
        if ((record.value() == null) != (number % 10 == 7)) throw new Exception(record + " has a wrong value");
        if (record.value() != null && !record.value().equals(text)) throw new Exception(record + " has a wrong value");
    }
}
