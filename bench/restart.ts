/**
 * A broker with 3,000 partitions that was stopped cleanly: how long from the start of the process to its first
 * answered ApiVersions and Produce, and how long the stop takes. Each partition holds one batch.
 *
 * Beside it Apache Kafka in the same run, where AQUILA_BENCH_KAFKA names a program that runs one:
 * `PROGRAM start --dir DIR --port PORT [--no-wait]` and `PROGRAM stop --dir DIR`.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { produceRequest, produceResponse } from '../protocol/messages/00-produce.ts';
import { apiVersionsRequest } from '../protocol/messages/18-api-versions.ts';
import { readMessage } from '../protocol/schema/codec.ts';
import { encodeRecordBatch } from '../protocol/records/encode-batch.ts';
import { readResponseHeader } from '../protocol/wire/framing.ts';
import { Reader } from '../protocol/wire/reader.ts';
import { freePorts } from '../scripts/testing/free-ports.ts';
import { startBrokerProcess } from './broker-process.ts';
import { figure } from './figure.ts';
import { createTopic } from './topics.ts';
import { RawClient, requestBytes } from './raw-requests.ts';

const topic = 'many';
const partitionsCount = 3_000;
const partitionsInRequest = 500;
const retryMs = 10;
const deadlineMs = 180_000;

interface Target {
  readonly port: number;
  /** Starts it and does not wait. */
  start(): Promise<void> | void;
  /** Resolves when the process has ended. */
  stop(): Promise<void> | void;
}

interface Restart {
  readonly stopSeconds: number;
  readonly apiVersionsSeconds: number;
  readonly produceSeconds: number;
}

function produceTo(partitions: readonly number[]): Buffer {
  const partitionData = partitions.map((index) => ({
    index,
    records: encodeRecordBatch({
      records: [{ key: null, value: Buffer.from('one of many') }],
      timestampMs: Date.now(),
    }),
  }));
  return requestBytes(produceRequest, 9, {
    acks: -1,
    timeoutMs: 30_000,
    topicData: [{ name: topic, partitionData }],
  });
}

/** The first error code of the answer that is not 0, or 0. */
async function produce(client: RawClient, partitions: readonly number[]): Promise<number> {
  const reader = new Reader(await client.ask(produceTo(partitions)));
  readResponseHeader(reader, produceResponse, 9);
  const answers = readMessage(produceResponse, 9, reader).responses.flatMap(
    ({ partitionResponses }) => partitionResponses,
  );
  return answers.find(({ errorCode }) => errorCode !== 0)?.errorCode ?? 0;
}

async function untilAnswered<T>(port: number, ask: (client: RawClient) => Promise<T | null>): Promise<T> {
  const began = performance.now();
  while (performance.now() - began < deadlineMs) {
    try {
      const client = await RawClient.connect(port);
      try {
        const answer = await ask(client);
        if (answer !== null) return answer;
      } finally {
        client.close();
      }
    } catch {
      // Not there yet.
    }
    await pause(retryMs);
  }
  throw new Error(`no answer on port ${port} within ${deadlineMs / 1000} s`);
}

async function firstAnswers(port: number, startedAt: number): Promise<Omit<Restart, 'stopSeconds'>> {
  const versions = requestBytes(apiVersionsRequest, 0, {});
  await untilAnswered(port, (client) => client.ask(versions));
  const apiVersionsSeconds = (performance.now() - startedAt) / 1000;
  await untilAnswered(port, async (client) => ((await produce(client, [0])) === 0 ? true : null));
  return { apiVersionsSeconds, produceSeconds: (performance.now() - startedAt) / 1000 };
}

async function restart(target: Target): Promise<Restart> {
  await target.start();
  await createTopic(`127.0.0.1:${target.port}`, topic, partitionsCount);
  const all = Array.from({ length: partitionsCount }, (_, index) => index);
  for (let from = 0; from < all.length; from += partitionsInRequest) {
    const some = all.slice(from, from + partitionsInRequest);
    await untilAnswered(target.port, async (client) => ((await produce(client, some)) === 0 ? true : null));
  }
  const stopping = performance.now();
  await target.stop();
  const stopSeconds = (performance.now() - stopping) / 1000;
  const startedAt = performance.now();
  await target.start();
  const answers = await firstAnswers(target.port, startedAt);
  await target.stop();
  return { stopSeconds, ...answers };
}

async function ourRestart(directory: string): Promise<Restart> {
  const [port = 0] = await freePorts(1);
  let running: Awaited<ReturnType<typeof startBrokerProcess>> | null = null;
  return restart({
    port,
    start: async () => {
      running = await startBrokerProcess({ directory, port });
    },
    stop: async () => {
      await running?.stop();
    },
  });
}

async function kafkaRestart(program: string, directory: string): Promise<Restart> {
  const [port = 0] = await freePorts(1);
  const run = (...args: string[]): void => {
    // A clean stop of many partitions takes its time on a busy machine, and only a clean one is compared.
    const env = { ...process.env, KAFKA_STOP_TIMEOUT_S: String(deadlineMs / 1000) };
    execFileSync(program, [...args, '--dir', directory], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  };
  return restart({
    port,
    start: () => run('start', '--port', String(port), '--no-wait'),
    stop: () => run('stop'),
  });
}

function show(who: string, { stopSeconds, apiVersionsSeconds, produceSeconds }: Restart): void {
  figure(
    `restart, 3,000 clean partitions, ${who}`,
    `${produceSeconds.toFixed(2)} s to the first produce, ${apiVersionsSeconds.toFixed(2)} s to ApiVersions; stop ${stopSeconds.toFixed(2)} s`,
  );
}

export async function benchRestart(): Promise<void> {
  const directory = mkdtempSync(path.join(tmpdir(), 'aquila-bench-'));
  try {
    const ours = await ourRestart(path.join(directory, 'ours'));
    show('Aquila', ours);
    const program = process.env['AQUILA_BENCH_KAFKA'];
    if (program === undefined || program === '') {
      console.log('  (AQUILA_BENCH_KAFKA names no program that runs Apache Kafka: without the comparison)');
      return;
    }
    const kafka = await kafkaRestart(program, path.join(directory, 'kafka'));
    show('Apache Kafka', kafka);
    figure("  of Kafka's (goal: at most 0.3)", (ours.produceSeconds / kafka.produceSeconds).toFixed(2));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
