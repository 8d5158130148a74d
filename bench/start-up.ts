/** How long until it can be used: the broker alone to its first answered produce, and the second `npm start` to its banner. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Kafka, Partitioners, logLevel } from 'kafkajs';
import { startProduct } from '../e2e/product.ts';
import { startBrokerProcess } from './broker-process.ts';
import { figure } from './figure.ts';

async function brokerStart(): Promise<void> {
  const broker = await startBrokerProcess();
  const kafka = new Kafka({
    clientId: 'bench',
    brokers: [broker.address],
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 10, maxRetryTime: 20, multiplier: 1, retries: 200 },
  });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  try {
    await producer.connect();
    await producer.send({ topic: 'first', messages: [{ value: 'first' }] });
    figure(
      'broker: process start to first answered produce',
      `${((performance.now() - broker.startedAt) / 1000).toFixed(2)} s`,
    );
    figure('broker: memory then', `${broker.memoryMiB()?.toFixed(0) ?? '?'} MiB`);
  } finally {
    await producer.disconnect();
    await broker.stop();
  }
}

async function productStart(): Promise<void> {
  const data = mkdtempSync(path.join(tmpdir(), 'aquila-bench-'));
  const first = await startProduct({ data });
  await first.stop();
  const second = await startProduct({ data });
  figure('npm start, second time: to the banner', `${(second.bannerAfterMs / 1000).toFixed(1)} s`);
  await second.stop();
  rmSync(data, { recursive: true, force: true });
}

export async function benchStartUp(): Promise<void> {
  await brokerStart();
  await productStart();
}
