/**
 * kafkajs' own runner of a consumer, with a group that answers from memory, stopped just while it ends its fetchers because the
 * list of brokers has changed. Ends when the consumer does.
 */
import { createRequire } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import { kafkajsLog } from '../kafkajs-log.ts';

const require = createRequire(import.meta.url);
const Runner = require('kafkajs/src/consumer/runner.js');
const Emitter = require('kafkajs/src/instrumentation/emitter.js');
const { createLogger } = require('kafkajs/src/loggers/index.js');

const FAST_MS = 50;
const SLOW_MS = 400;
let nodeIds = [1, 2, 3];
const group = {
  ...{ groupId: 'group', memberId: 'member', getNodeIds: () => nodeIds },
  connect: async () => {},
  joinAndSync: async () => {},
  heartbeat: async () => {},
  leave: async () => console.log('left the group'),
  fetch: async (nodeId) => {
    await pause(nodeId === 1 ? FAST_MS : SLOW_MS);
    return [];
  },
};
const runner = new Runner({
  ...{ logger: createLogger({ level: kafkajsLog.logLevel, logCreator: kafkajsLog.logCreator }) },
  ...{ consumerGroup: group, instrumentationEmitter: new Emitter(), heartbeatInterval: 100, concurrency: 1 },
  ...{ retry: {}, autoCommit: false, eachBatch: async () => {} },
  onCrash: (error) => console.log(`crashed: ${error.message}`),
});
await runner.start();
// The first fetcher sees that a broker is gone and ends; the two others are still waiting for their answers when it is stopped.
nodeIds = [1, 2];
await pause(2 * FAST_MS);
await runner.stop();
