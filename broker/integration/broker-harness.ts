/**
 * Test support: a whole broker in this process, on free ports and a directory of its own, silent, stopped and removed
 * at the end of the test. `restart` starts it again on the same data and port.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IHeaders, Kafka, type KafkaConfig, logLevel } from 'kafkajs';
import { freePort } from '../../scripts/testing/free-ports.ts';
import { type RunningBroker, startBroker } from '../main.ts';
import type { Logger } from '../platform/logger.ts';
import type { Platform } from '../platform/platform.ts';
import { createNodePlatform } from '../platform/node/node-platform.ts';

export interface TestBroker {
  readonly directory: string;
  readonly lines: string[];
  port: number;
  metricsPort: number;
  address(): string;
  kafka(overrides?: Partial<KafkaConfig>): Kafka;
  stop(): Promise<void>;
  restart(overrides?: readonly string[]): Promise<void>;
  /** Stops it and removes the directory. */
  remove(): Promise<void>;
}

/** Keeps what was logged, for tests that ask. */
function collectingLogger(lines: string[]): Logger {
  const logger: Logger = {
    info: (line) => lines.push(line),
    warn: (line) => lines.push(line),
    error: (line, cause) =>
      lines.push(`ERROR ${line} ${cause instanceof Error ? (cause.stack ?? '') : String(cause)}`),
    named: () => logger,
  };
  return logger;
}

export async function startTestBroker(
  overrides: readonly string[] = [],
  platform: Platform = createNodePlatform(),
): Promise<TestBroker> {
  const directory = mkdtempSync(join(tmpdir(), 'aquila-broker-'));
  const lines: string[] = [];
  let running: RunningBroker | null = null;
  const start = async (port: number, more: readonly string[]): Promise<RunningBroker> =>
    startBroker({
      properties: null,
      overrides: [
        `log.dirs=${directory}/data`,
        `listeners=PLAINTEXT://127.0.0.1:${String(port)}`,
        'aquila.metrics.listener=127.0.0.1:0',
        'group.initial.rebalance.delay.ms=0',
        ...overrides,
        ...more,
      ],
      platform,
      logger: collectingLogger(lines),
      onFatal: (message) => lines.push(`FATAL ${message}`),
    });
  const broker: TestBroker = {
    directory,
    lines,
    port: await freePort(),
    metricsPort: 0,
    address: () => `127.0.0.1:${String(broker.port)}`,
    kafka: (config = {}) =>
      new Kafka({ clientId: 'test', brokers: [broker.address()], logLevel: logLevel.NOTHING, ...config }),
    async stop() {
      await running?.stop();
      running = null;
    },
    async restart(more = []) {
      await broker.stop();
      running = await start(broker.port, more);
      broker.metricsPort = running.metricsPort ?? 0;
    },
    async remove() {
      await broker.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  await broker.restart();
  return broker;
}

export interface Consumed {
  readonly partition: number;
  readonly offset: string;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: IHeaders | undefined;
}

/** Reads a topic from its start in a group of its own until `count` records have come. */
export async function consume(
  kafka: Kafka,
  topic: string,
  count: number,
  groupId = `reader-${topic}`,
): Promise<Consumed[]> {
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100 });
  const records: Consumed[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  try {
    await new Promise<void>((resolve, reject) => {
      consumer.on('consumer.crash', ({ payload }) => reject(payload.error));
      consumer
        .run({
          eachMessage: ({ partition, message: { offset, key, value, headers } }) => {
            records.push({
              ...{ partition, offset, headers },
              key: key?.toString() ?? null,
              value: value?.toString() ?? null,
            });
            if (records.length >= count) resolve();
            return Promise.resolve();
          },
        })
        .catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
  return records;
}
