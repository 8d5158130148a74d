// The Java client while brokers die: `produce BOOTSTRAP TOPIC NAME PARTITIONS` sends until standard input ends, idempotently and with
// acks=all; `read BOOTSTRAP TOPIC PARTITIONS` follows all partitions from their beginning. Each line on standard output is one event:
// s PARTITION NUMBER (sent), a PARTITION NUMBER OFFSET (acknowledged), e PARTITION NUMBER REASON, r PARTITION OFFSET VALUE (read).
// Run as a single source file: java -cp 'libs/*' UnderFaults.java ...
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

final class UnderFaults {
    private static final PrintStream OUT = System.out;

    public static void main(String[] args) throws Exception {
        if (args[0].equals("produce")) produce(args[1], args[2], args[3], Integer.parseInt(args[4]));
        else read(args[1], args[2], Integer.parseInt(args[3]));
    }

    private static boolean isWanted() throws IOException {
        return System.in.available() == 0;
    }

    private static synchronized void say(String line) {
        OUT.println(line);
    }

    private static void produce(String bootstrap, String topic, String name, int partitions) throws Exception {
        Map<String, Object> config = Map.of(
            "bootstrap.servers", bootstrap, "acks", "all", "enable.idempotence", true, "linger.ms", 5);
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            for (int number = 0; isWanted(); number++) {
                for (int partition = 0; partition < partitions; partition++) {
                    String at = partition + " " + number;
                    say("s " + at);
                    var record = new ProducerRecord<String, String>(topic, partition, null, name + ":" + partition + ":" + number);
                    producer.send(record, (metadata, error) ->
                        say(error == null ? "a " + at + " " + metadata.offset() : "e " + at + " " + error));
                }
                Thread.sleep(5);
            }
        }
    }

    private static void read(String bootstrap, String topic, int count) throws Exception {
        Map<String, Object> config = Map.of("bootstrap.servers", bootstrap, "auto.offset.reset", "earliest");
        List<TopicPartition> partitions = IntStream.range(0, count).mapToObj(id -> new TopicPartition(topic, id)).toList();
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (isWanted())
                for (var record : consumer.poll(Duration.ofMillis(100)))
                    say("r " + record.partition() + " " + record.offset() + " " + record.value());
        }
    }
}
