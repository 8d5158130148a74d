/**
 * `kafkajs-round-trip.ts BOOTSTRAP TOPIC COUNT`: one record at a time from send to the consumer's hand; the first fifty do not
 * count. Prints milliseconds as a JSON array.
 */
import { Kafka, Partitioners, logLevel } from 'kafkajs';

const [bootstrap = '', topic = '', count = ''] = process.argv.slice(2);
const warmUp = 50;
const kafka = new Kafka({ clientId: 'bench', brokers: bootstrap.split(','), logLevel: logLevel.NOTHING });
const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
const consumer = kafka.consumer({ groupId: `reads-${topic}`, maxWaitTimeInMs: 500 });
const times: number[] = [];
let arrived: (value: string) => void = () => undefined;
await Promise.all([producer.connect(), consumer.connect()]);
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await consumer.run({
  eachMessage: async ({ message }) => Promise.resolve(arrived(message.value?.toString() ?? '')),
});
for (let index = -warmUp; index < Number(count); index += 1) {
  const value = String(index).padEnd(1_000);
  const sentAt = performance.now();
  const here = new Promise<void>((resolve) => {
    arrived = (got) => got === value && resolve();
  });
  await producer.send({ topic, acks: -1, messages: [{ value }] });
  await here;
  if (index >= 0) times.push(performance.now() - sentAt);
}
console.log(JSON.stringify(times));
await Promise.allSettled([producer.disconnect(), consumer.disconnect()]);
