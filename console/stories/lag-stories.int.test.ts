/**
 * Stories of lag that real clients play against our broker: what the console says of each. Our broker has no transactions, so
 * the story of one that hangs is played against Apache Kafka alone; the one of a group of the protocol of KIP-848 needs
 * Java's consumer (compat/lag-stories.ts).
 */
import { afterAll, beforeAll, describe, it } from 'vitest';
import {
  startBrokerProcess,
  temporaryDirectory,
  type BrokerProcess,
} from '../../broker/integration/broker-process.ts';
import { lagStories } from './testing/lag-stories.ts';

/** Seconds on a machine with nothing else to do. */
const PATIENCE_MS = 180_000;
const directory = temporaryDirectory();
let broker: BrokerProcess;

beforeAll(async () => {
  broker = await startBrokerProcess(directory.path, ['auto.create.topics.enable=false']);
});
afterAll(async () => {
  await broker.end('SIGKILL');
  directory.remove();
});

/** At once: each has its own topic and group, and mostly waits. */
describe.concurrent('the console watches', () => {
  it.each(lagStories.map((story) => [story.name, story] as const))(
    '%s',
    async (_, story) => {
      await story.play({ kafka: broker.kafka(), bootstrap: `127.0.0.1:${String(broker.port)}` });
    },
    PATIENCE_MS,
  );
});
