/** kafka-server-start and kafka-server-stop over real brokers in the background, as in instructions for Kafka of the time of ZooKeeper. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Kafka, logLevel } from 'kafkajs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { temporaryDirectory } from '../../broker/integration/broker-process.ts';
import { brokerProgram } from '../../scripts/testing/broker-program.ts';
import { freePort } from '../../scripts/testing/free-ports.ts';
import { isAlive } from '../supervisor/process-identity.ts';
import { kafkaServerStart, kafkaServerStop } from './kafka-server.ts';

let place: ReturnType<typeof temporaryDirectory>;

beforeEach(() => {
  place = temporaryDirectory();
  // Stands for the clone: its bundle is the broker that this run of tests has.
  mkdirSync(path.join(place.path, 'dist'));
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm')).href;
  const program = pathToFileURL(brokerProgram.at(-1) ?? '').href;
  const loading = brokerProgram.length === 1 ? '' : `await import(${JSON.stringify(tsx)});\n`;
  const text = `${loading}await import(${JSON.stringify(program)});\n`;
  writeFileSync(path.join(place.path, 'dist', 'broker.mjs'), text);
});

afterEach(async () => {
  await call(kafkaServerStop).catch(() => undefined);
  place.remove();
});

async function call(verb: typeof kafkaServerStart, ...argv: string[]): Promise<string[]> {
  const said: string[] = [];
  const note = (line: string): void => void said.push(line);
  const data = ['--data', path.join(place.path, 'data')];
  await verb.run({ root: place.path, argv: [...argv, ...data], print: note, say: note });
  return said;
}

async function writeFile(...lines: string[]): Promise<{ readonly file: string; readonly port: number }> {
  const file = path.join(place.path, 'server.properties');
  const port = await freePort();
  const listener = `listeners=PLAINTEXT://127.0.0.1:${String(port)}`;
  const zookeeper = 'zookeeper.connect=localhost:2181';
  const usual = ['broker.id=7', `log.dirs=${place.path}/kafka-logs`, zookeeper, listener];
  writeFileSync(file, [...usual, ...lines].join('\n'));
  return { file, port };
}

const logOf = (): string => readFileSync(path.join(place.path, 'data', 'logs', 'kafkaServer-7.out'), 'utf8');

it('starts one in the background; a stop ends it cleanly, and the next start has its records', async () => {
  const { file, port } = await writeFile();
  const [said = ''] = await call(kafkaServerStart, '-daemon', file);
  const pid = Number(/^The broker runs as process (\d+); its log is .*kafkaServer-7\.out\.$/.exec(said)?.[1]);
  const kafka = new Kafka({
    brokers: [`127.0.0.1:${String(port)}`],
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 60 },
  });
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic: 'kept', messages: [{ value: 'a' }, { value: 'b' }] });
  await producer.disconnect();
  await call(kafkaServerStop);
  expect(isAlive(pid)).toBe(false);
  await expect(call(kafkaServerStop)).rejects.toThrow('No kafka server to stop');

  await call(kafkaServerStart, '-daemon', file);
  const admin = kafka.admin();
  await admin.connect();
  const [partition] = await admin.fetchTopicOffsets('kept');
  await admin.disconnect();
  expect(partition).toMatchObject({ partition: 0, low: '0', high: '2' });
  await call(kafkaServerStop, '--node-id', '7');
  expect(logOf()).not.toMatch(/ERROR|[Rr]ecover/);
});

it('leaves in its log why it did not start, and nothing to stop', async () => {
  const { file } = await writeFile('num.partitions=none');
  // The command waits a moment and says the same; a slow machine needs longer than that.
  await call(kafkaServerStart, '-daemon', file).catch(() => []);
  await expect.poll(logOf, { timeout: 60_000 }).toContain('num.partitions=none');
  const stopping = (): Promise<string> =>
    call(kafkaServerStop).then(
      () => 'stopped one',
      (error: unknown) => String(error),
    );
  await expect.poll(stopping, { timeout: 60_000 }).toContain('No kafka server to stop');
});
