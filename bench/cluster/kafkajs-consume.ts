/** `kafkajs-consume.ts BOOTSTRAP TOPIC RECORDS`: reads from the beginning until it has that many, prints how many it had. */
import { Kafka, logLevel } from 'kafkajs';

const [bootstrap = '', topic = '', wanted = ''] = process.argv.slice(2);
const kafka = new Kafka({
  ...{ clientId: 'bench', brokers: bootstrap.split(','), logLevel: logLevel.NOTHING },
  // A coordinator that still loads its groups is asked again, for longer than the five times of kafkajs.
  retry: { retries: 20, maxRetryTime: 2_000 },
});
const consumer = kafka.consumer({ groupId: `reads-${topic}` });
let records = 0;
await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await new Promise<void>((resolve, reject) => {
  consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
  consumer
    .run({
      eachBatch: async ({ batch }) => {
        records += batch.messages.length;
        if (records >= Number(wanted)) resolve();
        return Promise.resolve();
      },
    })
    .catch(reject);
});
console.log(records);
await consumer.disconnect();
