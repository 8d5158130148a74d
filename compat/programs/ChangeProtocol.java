// Three consumers of one group that change their protocol one by one while somebody writes: `java -cp LIBRARIES ChangeProtocol.java
// BOOTSTRAP TOPIC GROUP KIND`, KIND being `eager` or `cooperative` (how the members of the classic protocol rebalance) or `static`.
// All begin with group.protocol=classic, are replaced by group.protocol=consumer, and then back. Each commits what it has read before
// it asks for more. Whoever gets a partition must begin exactly where the last commit was, and at the end everything has been read.
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

final class ChangeProtocol {
    private static final int PARTITIONS = 6;
    private static final int MEMBERS = 3;
    private static final long LIMIT_MS = 60_000;
    private static final long WRITE_EVERY_MS = 20;

    private static String bootstrap, topic, group, kind;
    /** By partition: where the last commit was, and how far it has been read. */
    private static final long[] committed = new long[PARTITIONS], read = new long[PARTITIONS], written = new long[PARTITIONS];
    private static long readAgain = 0;
    private static final AtomicReference<Throwable> failure = new AtomicReference<>();
    private static volatile boolean isWriting = true;

    public static void main(String[] args) throws Exception {
        bootstrap = args[0];
        topic = args[1];
        group = args[2];
        kind = args[3];
        Thread writer = new Thread(ChangeProtocol::write);
        List<Member> members = new ArrayList<>();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1))).all().get();
            writer.start();
            for (int index = 0; index < MEMBERS; index++) members.add(new Member(index, "classic"));
            waitUntil("all share", () -> share(members));
            expectGroup(admin, "Classic", 0);
            for (int index = 0; index < MEMBERS; index++) {
                replace(members, index, "consumer");
                expectGroup(admin, "Consumer", index + 1);
            }
            for (int index = 0; index < MEMBERS; index++) {
                replace(members, index, "classic");
                boolean isLast = index == MEMBERS - 1;
                expectGroup(admin, isLast ? "Classic" : "Consumer", MEMBERS - 1 - index);
            }
            isWriting = false;
            writer.join();
            waitUntil("all is read", () -> {
                synchronized (committed) {
                    for (int partition = 0; partition < PARTITIONS; partition++)
                        if (committed[partition] < written[partition]) return false;
                    return true;
                }
            });
        } finally {
            isWriting = false;
            for (Member member : members) member.end();
        }
        if (failure.get() != null) throw new Exception(failure.get());
        System.err.println("read again because a commit was refused: " + readAgain);
        System.out.println("done");
    }

    private static void replace(List<Member> members, int index, String protocol) throws Exception {
        members.get(index).end();
        members.set(index, new Member(index, protocol));
        waitUntil("all share after member " + index + " became " + protocol, () -> share(members));
        long[] before;
        synchronized (committed) {
            before = committed.clone();
        }
        waitUntil("everything is read on", () -> {
            synchronized (committed) {
                for (int partition = 0; partition < PARTITIONS; partition++)
                    if (committed[partition] <= before[partition]) return false;
                return true;
            }
        });
    }

    private static boolean share(List<Member> members) {
        Set<Integer> all = ConcurrentHashMap.newKeySet();
        for (Member member : members) {
            if (member.partitions.size() != PARTITIONS / MEMBERS) return false;
            all.addAll(member.partitions);
        }
        return all.size() == PARTITIONS;
    }

    /** Its type, and how many of its members speak the consumer protocol. */
    private static void expectGroup(Admin admin, String type, int upgraded) throws Exception {
        ConsumerGroupDescription found = admin.describeConsumerGroups(List.of(group)).describedGroups().get(group).get();
        long count = found.members().stream().filter(ChangeProtocol::isUpgraded).count();
        if (!found.type().toString().equals(type) || count != upgraded)
            throw new Exception("expected a group of type " + type + " with " + upgraded + " upgraded members: " + found);
    }

    private static boolean isUpgraded(MemberDescription member) {
        return member.upgraded().orElse(false);
    }

    private interface Condition {
        boolean isSo() throws Exception;
    }

    private static void waitUntil(String what, Condition condition) throws Exception {
        long deadline = System.currentTimeMillis() + LIMIT_MS;
        while (!condition.isSo()) {
            if (failure.get() != null) throw new Exception(failure.get());
            if (System.currentTimeMillis() > deadline) throw new Exception("it never came to this: " + what);
            Thread.sleep(50);
        }
    }

    private static void write() {
        Map<String, Object> config = Map.of("bootstrap.servers", bootstrap, "key.serializer", StringSerializer.class, "value.serializer", StringSerializer.class);
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(config)) {
            for (int number = 0; isWriting; number++) {
                for (int partition = 0; partition < PARTITIONS; partition++) {
                    long offset = producer.send(new ProducerRecord<>(topic, partition, null, String.valueOf(number))).get().offset();
                    synchronized (committed) {
                        written[partition] = offset + 1;
                    }
                }
                Thread.sleep(WRITE_EVERY_MS);
            }
        } catch (Throwable fault) {
            failure.compareAndSet(null, fault);
        }
    }

    private static final class Member implements ConsumerRebalanceListener {
        final int index;
        final String protocol;
        final Set<Integer> partitions = ConcurrentHashMap.newKeySet();
        /** By partition that it has: the next offset. */
        private final Map<Integer, Long> next = new HashMap<>();
        private final Thread thread = new Thread(this::run);
        private volatile boolean isEnding = false;

        Member(int index, String protocol) {
            this.index = index;
            this.protocol = protocol;
            thread.start();
        }

        void end() throws Exception {
            isEnding = true;
            thread.join();
        }

        private Map<String, Object> config() {
            Map<String, Object> config = new HashMap<>();
            config.put("bootstrap.servers", bootstrap);
            config.put("group.id", group);
            config.put("client.id", "member-" + index + "-" + protocol);
            config.put("group.protocol", protocol);
            config.put("enable.auto.commit", "false");
            config.put("auto.offset.reset", "earliest");
            config.put("key.deserializer", StringDeserializer.class);
            config.put("value.deserializer", StringDeserializer.class);
            if (kind.equals("static")) config.put("group.instance.id", "instance-" + index);
            if (protocol.equals("classic")) {
                config.put("heartbeat.interval.ms", "300");
                String assignor = kind.equals("cooperative") ? "CooperativeStickyAssignor" : "RangeAssignor";
                config.put("partition.assignment.strategy", "org.apache.kafka.clients.consumer." + assignor);
            }
            return config;
        }

        private void run() {
            try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(config())) {
                consumer.subscribe(List.of(topic), this);
                while (!isEnding) {
                    ConsumerRecords<String, String> records = consumer.poll(Duration.ofMillis(50));
                    if (records.isEmpty()) continue;
                    for (ConsumerRecord<String, String> record : records) note(record);
                    commit(consumer);
                }
            } catch (Throwable fault) {
                failure.compareAndSet(null, fault);
            } finally {
                partitions.clear();
            }
        }

        /** A commit that is refused is none: what it was for comes again, to whoever has the partition then. */
        private void commit(KafkaConsumer<String, String> consumer) {
            try {
                consumer.commitSync();
                synchronized (committed) {
                    next.forEach((partition, offset) -> committed[partition] = Math.max(committed[partition], offset));
                }
            } catch (CommitFailedException | RebalanceInProgressException refused) {
                System.err.println("member-" + index + "-" + protocol + ": " + refused.getClass().getSimpleName());
            }
        }

        private void note(ConsumerRecord<String, String> record) throws Exception {
            int partition = record.partition();
            synchronized (committed) {
                long expected = next.getOrDefault(partition, committed[partition]);
                if (record.offset() != expected)
                    throw new Exception("member " + index + " of protocol " + protocol + " got " + record + " instead of offset " + expected);
                if (record.offset() < read[partition]) readAgain++;
                read[partition] = Math.max(read[partition], record.offset() + 1);
            }
            next.put(partition, record.offset() + 1);
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
            for (TopicPartition each : assigned) partitions.add(each.partition());
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
            for (TopicPartition each : revoked) {
                partitions.remove(each.partition());
                next.remove(each.partition());
            }
        }
    }
}
