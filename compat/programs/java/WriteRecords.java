// A producer of any release from 0.8.2 on: `java -cp LIBRARIES WriteRecords.java BOOTSTRAP TOPIC NAME` sends, with each codec that all of them
// know, so many records to every partition with acks=all, and holds the offsets that it is told against the order of sending.
// Of ten records one has no key and one no value.
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ArrayList;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

final class WriteRecords {
    static final String[] CODECS = {"none", "gzip", "snappy", "lz4"};
    static final int RECORDS_PER_PARTITION = 30;

    public static void main(String[] args) throws Exception {
        for (String codec : CODECS) write(args[0], args[1], args[2] + "-" + codec, codec);
        System.out.println("written");
    }

    private static void write(String bootstrap, String topic, String name, String codec) throws Exception {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", bootstrap);
        config.put("acks", "all");
        config.put("retries", 1);
        config.put("linger.ms", 20);
        config.put("compression.type", codec);
        config.put("key.serializer", "org.apache.kafka.common.serialization.StringSerializer");
        config.put("value.serializer", "org.apache.kafka.common.serialization.StringSerializer");
        KafkaProducer<String, String> producer = new KafkaProducer<>(config);
        int partitions = producer.partitionsFor(topic).size();
        Map<Integer, List<Future<RecordMetadata>>> sent = new HashMap<>();
        for (int number = 0; number < RECORDS_PER_PARTITION; number++) {
            for (int partition = 0; partition < partitions; partition++) {
                String text = name + "-" + partition + "-" + number;
                String key = number % 10 == 3 ? null : text;
                String value = number % 10 == 7 ? null : text;
                sent.computeIfAbsent(partition, each -> new ArrayList<>())
                    .add(producer.send(new ProducerRecord<>(topic, partition, key, value)));
            }
        }
        for (int partition = 0; partition < partitions; partition++) {
            long expected = -1;
            for (Future<RecordMetadata> each : sent.get(partition)) {
                RecordMetadata told = each.get();
                if (told.partition() != partition) throw new Exception(told + " instead of partition " + partition);
                if (expected >= 0 && told.offset() != expected) throw new Exception(told + " instead of offset " + expected);
                expected = told.offset() + 1;
            }
        }
        producer.close();
    }
}
