/** The process: how it starts, what it refuses and says, how it ends, and that kill -9 loses nothing acknowledged. */
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { consume } from './broker-harness.ts';
import { type BrokerProcess, runToExit, startBrokerProcess, temporaryDirectory } from './broker-process.ts';

const cleanups: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function directory(): string {
  const { path, remove } = temporaryDirectory();
  cleanups.push(remove);
  return path;
}

async function start(path: string, overrides: readonly string[] = [], port?: number): Promise<BrokerProcess> {
  const broker = await startBrokerProcess(path, overrides, port);
  cleanups.push(async () => {
    if (broker.child.exitCode === null && broker.child.signalCode === null) await broker.end('SIGKILL');
  });
  return broker;
}

const TWO_PARTITIONS = ['num.partitions=2'];

/** Sends numbered records, ten at a time, through whatever happens to the broker, until told to stop. */
async function produceUntil(broker: BrokerProcess, acked: string[], isDone: () => boolean): Promise<void> {
  const producer = broker.kafka().producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  for (let number = 0; !isDone(); number += 10) {
    const values = Array.from({ length: 10 }, (_unused, index) => `v${String(number + index)}`);
    const messages = values.map((value, index) => ({ value, partition: index % 2 }));
    await producer.send({ topic: 'ledger', messages });
    acked.push(...values);
  }
  await producer.disconnect();
}

describe('starting', () => {
  it('explains its usage with status 2', async () => {
    for (const argv of [[], ['--nonsense', 'file'], ['file', '--override']]) {
      expect(await runToExit(argv)).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('Usage:') as string,
      });
    }
  });

  it('names what is wrong in one line with status 1', async () => {
    const path = directory();
    const file = join(path, 'server.properties');
    expect(await runToExit([file])).toMatchObject({
      status: 1,
      stderr: `Cannot read ${file}: there is no such file.\n`,
    });
    writeFileSync(file, '# mine\nnum.partitions=lots\n');
    expect(await runToExit([file])).toMatchObject({
      status: 1,
      stderr: `${file}:2: num.partitions=lots: must be a whole number of at least 1\n`,
    });
  });

  it('refuses a port in use, a directory in use, and a directory of another node', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    cleanups.push(() => void holder.close());
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    await expect(start(directory(), [], port)).rejects.toThrow('the port is in use by another process');
    const path = directory();
    const broker = await start(path);
    await expect(start(path)).rejects.toThrow(/in use|locked|held/i);
    expect(await broker.end('SIGTERM')).toBe(0);
    await expect(start(path, ['node.id=7'])).rejects.toThrow(/node\.id|belongs/);
  });

  it('says that it is a cluster of one, and warns of ZooKeeper', async () => {
    const broker = await start(directory(), ['zookeeper.connect=localhost:2181']);
    expect(broker.output()).toContain('this broker is a cluster of one');
    expect(broker.output()).toContain('zookeeper.connect is accepted and not used');
    expect((await fetch(`http://127.0.0.1:${String(broker.metricsPort)}/health`)).status).toBe(200);
  });
});

describe('ending', () => {
  it('stops cleanly on SIGTERM, within the time and with its mark', async () => {
    const path = directory();
    const broker = await start(path, TWO_PARTITIONS);
    const acked: string[] = [];
    await produceUntil(broker, acked, () => acked.length > 0);
    expect(await broker.end('SIGTERM')).toBe(0);
    expect(existsSync(join(path, 'data', '.kafka_cleanshutdown'))).toBe(true);
    expect(broker.output()).toContain('Stopped.');
  });

  it('stops by itself when the process that started it has gone', async () => {
    const path = directory();
    const broker = await start(path);
    const ended = once(broker.child, 'exit');
    broker.child.disconnect();
    expect(await ended).toEqual([0, null]);
    expect(existsSync(join(path, 'data', '.kafka_cleanshutdown'))).toBe(true);
  });
});

describe('kill -9 in the middle of writing', () => {
  it('loses no acknowledged record and stores none twice for an idempotent producer', async () => {
    const path = directory();
    let broker = await start(path, TWO_PARTITIONS);
    const acked: string[] = [];
    let done = false;
    const producing = produceUntil(broker, acked, () => done);
    for (let round = 0; round < 3; round += 1) {
      const target = acked.length + 300;
      await expect.poll(() => acked.length, { timeout: 60_000, interval: 5 }).toBeGreaterThan(target);
      await broker.end('SIGKILL');
      broker = await start(path, TWO_PARTITIONS, broker.port);
    }
    await expect.poll(() => acked.length, { timeout: 60_000 }).toBeGreaterThan(1_000);
    done = true;
    await producing;
    const values = (await consume(broker.kafka(), 'ledger', acked.length)).map(({ value }) => value ?? '');
    expect([...values].sort()).toEqual([...acked].sort());
    const admin = broker.kafka().admin();
    const offsets = await admin.fetchTopicOffsets('ledger');
    await admin.disconnect();
    expect(offsets.reduce((sum, { high }) => sum + Number(high), 0)).toBe(acked.length);
    expect(readFileSync(join(path, 'data', 'meta.properties'), 'utf8')).toContain('node.id=0');
  });
});
