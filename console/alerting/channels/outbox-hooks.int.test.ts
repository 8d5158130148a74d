/** Channels that speak HTTP behind the outbox: waiting as told, one key over all attempts, problem before recovery, one message a minute. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { alertRuleInputSchema } from '../../contracts/alerts.ts';
import type { HookType } from '../../contracts/channels.ts';
import { groupOf, snapshotOf } from '../../model/testing/snapshots.ts';
import { insertChannel } from '../../store/alert-channels.ts';
import { insertRule } from '../../store/alert-rules.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { AlertEngine } from '../alert-engine.ts';
import { OutboxWorker } from '../outbox-worker.ts';
import { startHookSink, type HookSink } from '../testing/hook-sink.ts';

const MINUTE = 60_000;
const key = randomBytes(32);
const taken = { body: '{"errcode":0,"errmsg":"ok"}' };

let directory = '';
let database: Database;
let sink: HookSink;
let nowMs = 0;

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'aquila-hooks-'));
  database = await openDatabase(`file:${path.join(directory, 'aquila.db')}`);
});
afterAll(async () => {
  await database.$disconnect();
  rmSync(directory, { recursive: true, force: true });
});
beforeEach(async () => {
  await database.incident.deleteMany();
  await database.alertRule.deleteMany();
  await database.channel.deleteMany();
  sink = await startHookSink(taken);
  nowMs = Date.UTC(2026, 0, 5);
});
afterEach(() => sink.close());

const worker = (): OutboxWorker =>
  new OutboxWorker({
    database,
    channelKey: key,
    context: { outbound: 'private', smtpUrl: null, mailFrom: null, publicUrl: 'http://console.test' },
    nowMs: () => nowMs,
    random: () => 0,
    log: () => undefined,
  });

async function channelOf(type: HookType, url = sink.url): Promise<string> {
  const record = { name: type, type, settings: {}, secret: { url }, enabled: true };
  return (await insertChannel(database, key, record, new Date(nowMs))).id;
}

async function ruleFor(channelIds: readonly string[]): Promise<void> {
  const frame = { name: 'rule', type: 'group-lag', cluster: 'local', group: 'g', threshold: 100, channelIds };
  await insertRule(database, alertRuleInputSchema.parse(frame), {
    id: 'rule',
    by: 'admin',
    at: new Date(nowMs),
  });
}

async function judge(lag: number): Promise<void> {
  const partitions = [{ topic: 't', partition: 0, committedOffset: 0, logEndOffset: lag }];
  const engine = new AlertEngine({
    ...{ database, intervalMs: 10_000, publicUrl: 'http://console.test', messageDomain: 'example.com' },
    defaultClusterId: () => 'local',
  });
  await engine.judge(snapshotOf({ groups: [groupOf('g', partitions)] }), nowMs);
}

async function recover(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    nowMs += 10_000;
    await judge(0);
  }
}

const kindsSent = (): string[] =>
  sink.received.map(({ body }) => {
    const { notices } = z
      .object({ notices: z.array(z.object({ kind: z.string() })) })
      .parse(JSON.parse(body));
    return notices.map(({ kind }) => kind).join('+');
  });

it('a receiver that asks for time gets it, then the same message under the same key, and the recovery after it', async () => {
  await ruleFor([await channelOf('webhook')]);
  sink.answerWith({ status: 429, headers: { 'Retry-After': '600' }, body: 'slow down' });
  await judge(500);
  const sending = worker();
  await sending.deliverDue();
  const [waiting] = await database.delivery.findMany();
  expect(waiting).toMatchObject({ state: 'pending', attempts: 1 });
  expect(waiting?.lastError).toContain('429: slow down');
  expect(Number(waiting?.nextAttemptAtMs)).toBe(nowMs + 600_000);
  await recover();
  nowMs += 5 * MINUTE;
  await sending.deliverDue();
  expect(sink.received).toHaveLength(1);
  sink.answerWith({});
  nowMs += 5 * MINUTE;
  await sending.deliverDue();
  nowMs += MINUTE;
  await sending.deliverDue();
  expect(kindsSent()).toEqual(['firing', 'firing', 'resolved']);
  const keys = sink.received.map(({ headers }) => headers['idempotency-key']);
  expect(keys[1]).toBe(keys[0]);
  expect(keys[2]).not.toBe(keys[0]);
});

it('a robot that is mute keeps no other from being told, and is left alone for ten minutes', async () => {
  const other = await startHookSink({ body: 'ok' });
  await ruleFor([await channelOf('dingtalk'), await channelOf('slack', other.url)]);
  sink.answerWith({ body: '{"errcode":130101,"errmsg":"send too fast"}' });
  await judge(500);
  const sending = worker();
  for (const end = nowMs + 10 * MINUTE; nowMs < end; nowMs += MINUTE) await sending.deliverDue();
  expect([sink.received.length, other.received.length]).toEqual([1, 1]);
  sink.answerWith(taken);
  await sending.deliverDue();
  expect(sink.received).toHaveLength(2);
  await other.close();
});

it('a refusal that is final is kept with its words, and not repeated', async () => {
  await ruleFor([await channelOf('wechat')]);
  sink.answerWith({ body: '{"errcode":93000,"errmsg":"invalid webhook url"}' });
  await judge(500);
  const sending = worker();
  for (let round = 0; round < 3; round++, nowMs += 60 * MINUTE) await sending.deliverDue();
  expect(sink.received).toHaveLength(1);
  const [delivery] = await database.delivery.findMany();
  expect(delivery).toMatchObject({ state: 'dead' });
  expect(delivery?.lastError).toContain('invalid webhook url');
});

it('two channels to one address are one recipient: a message a minute', async () => {
  await ruleFor([await channelOf('dingtalk'), await channelOf('dingtalk')]);
  await judge(500);
  const sending = worker();
  await sending.deliverDue();
  await sending.deliverDue();
  expect(sink.received).toHaveLength(1);
  nowMs += MINUTE;
  await sending.deliverDue();
  expect(sink.received).toHaveLength(2);
});
