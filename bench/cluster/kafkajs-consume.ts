/** `kafkajs-consume.ts BOOTSTRAP TOPIC RECORDS`: reads from the beginning until it has that many, prints how many it had. */
import { Kafka, logLevel } from 'kafkajs';

const [bootstrap = '', topic = '', wanted = ''] = process.argv.slice(2);
const kafka = new Kafka({ clientId: 'bench', brokers: bootstrap.split(','), logLevel: logLevel.NOTHING });
const consumer = kafka.consumer({ groupId: `reads-${topic}` });
let records = 0;
await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await new Promise<void>((resolve, reject) => {
  // A coordinator that still loads its groups is one of those after which kafkajs begins anew by itself.
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) reject(payload.error);
  });
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
