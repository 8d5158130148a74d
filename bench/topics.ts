/** Topics for benchmarks, made through kafkajs as a user would. */
import { Kafka, logLevel } from 'kafkajs';

/** Waits until the broker answers, and until the topic's partitions have leaders. */
export async function createTopic(address: string, topic: string, numPartitions: number): Promise<void> {
  const retry = { initialRetryTime: 20, maxRetryTime: 100, retries: 200 };
  const admin = new Kafka({
    clientId: 'bench',
    brokers: [address],
    logLevel: logLevel.NOTHING,
    retry,
    requestTimeout: 60_000,
  }).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions }], waitForLeaders: true, timeout: 60_000 });
  await admin.disconnect();
}
