/** The outbox with a real database and a real mail server: nothing is lost, nothing is told twice, nobody is flooded. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { alertRuleInputSchema } from '../contracts/alerts.ts';
import { groupOf, snapshotOf } from '../model/testing/snapshots.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { insertChannel } from '../store/alert-channels.ts';
import { insertRule } from '../store/alert-rules.ts';
import { openDatabase, type Database } from '../store/database.ts';
import { readIncidents } from '../store/incidents.ts';
import { claimAttempt, readPending, readPendingChannels } from '../store/outbox.ts';
import { AlertEngine } from './alert-engine.ts';
import { OutboxWorker } from './outbox-worker.ts';
import { sendTest } from './send-test.ts';
import { startMailSink, type MailSink } from './testing/mail-sink.ts';

const MINUTE = 60_000;
const key = randomBytes(32);
const program = fileURLToPath(new URL('testing/deliver-once.ts', import.meta.url));

let directory = '';
let url = '';
let database: Database;
let sink: MailSink;
let nowMs = 0;
let lines: string[] = [];
const cleanups: (() => Promise<unknown> | void)[] = [];

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'aquila-outbox-'));
  url = `file:${path.join(directory, 'aquila.db')}`;
  database = await openDatabase(url);
});
afterAll(async () => {
  await database.$disconnect();
  rmSync(directory, { recursive: true, force: true });
});

beforeEach(async () => {
  await database.incident.deleteMany();
  await database.alertRule.deleteMany();
  await database.channel.deleteMany();
  sink = await startMailSink();
  nowMs = Date.UTC(2026, 0, 5);
  lines = [];
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await sink.close();
});

const engineOf = (on: Database): AlertEngine =>
  new AlertEngine({
    database: on,
    intervalMs: 10_000,
    publicUrl: 'http://console.test',
    defaultClusterId: () => 'local',
    messageDomain: 'example.com',
  });

const workerOf = (on: Database, smtpUrl: string | null = sink.url): OutboxWorker =>
  new OutboxWorker({
    database: on,
    channelKey: key,
    context: {
      outbound: 'private',
      smtpUrl,
      mailFrom: 'aquila@example.com',
      publicUrl: 'http://console.test',
    },
    nowMs: () => nowMs,
    random: () => 0,
    log: (line) => lines.push(line),
  });

const channel = async (to: string[], smtpUrl?: string): Promise<string> => {
  const secret: Record<string, string> = smtpUrl === undefined ? {} : { url: smtpUrl };
  const record = { name: to.join(), type: 'email', settings: { from: null, to }, secret, enabled: true };
  return (await insertChannel(database, key, record, new Date(nowMs))).id;
};

async function rule(
  channelIds: string[],
  changes: { group?: string | null; repeatSeconds?: number } = {},
): Promise<void> {
  const { group = 'g', repeatSeconds = 0 } = changes;
  const id = randomBytes(8).toString('hex');
  await insertRule(
    database,
    alertRuleInputSchema.parse({
      ...{ name: `rule ${id}`, type: 'group-lag', cluster: 'local', group, threshold: 100 },
      ...{ repeatSeconds, channelIds },
    }),
    { id, by: 'admin', at: new Date(nowMs) },
  );
}

function lagging(lag: number, groups: readonly string[] = ['g']): ClusterSnapshot {
  const partitions = [{ topic: 't', partition: 0, committedOffset: 0, logEndOffset: lag }];
  return snapshotOf({ groups: groups.map((id) => groupOf(id, partitions)) });
}

/** Fires at the present time, recovers over the next two rounds. */
async function fire(groups?: readonly string[]): Promise<void> {
  await engineOf(database).judge(lagging(500, groups), nowMs);
}
async function recover(groups?: readonly string[]): Promise<void> {
  for (let round = 0; round < 3; round++) {
    nowMs += 10_000;
    await engineOf(database).judge(lagging(0, groups), nowMs);
  }
}

const deliveryStates = async (): Promise<string[]> =>
  (await database.delivery.findMany({ orderBy: { createdAt: 'asc' } })).map(
    ({ kind, state }) => `${kind} ${state}`,
  );

describe('an incident', () => {
  it('is told once when it begins and once when it is over', async () => {
    await rule([await channel(['ops@example.com'])]);
    const worker = workerOf(database);
    for (let round = 0; round < 5; round++) {
      await engineOf(database).judge(lagging(500 + round), nowMs);
      await worker.deliverDue();
      nowMs += 10_000;
    }
    await recover();
    nowMs += MINUTE;
    await worker.deliverDue();
    await worker.deliverDue();
    expect(sink.mails.map(({ headers }) => /^Subject: (.*)$/m.exec(headers)?.[1]?.slice(0, 19))).toEqual([
      '[Aquila P2] g: lag ',
      '[Aquila Recovered] ',
    ]);
    const [incident] = await readIncidents(database);
    expect(incident).toMatchObject({ state: 'resolved', value: 0, peakValue: 504 });
    expect(new Set(sink.mails.map(({ messageId }) => messageId)).size).toBe(2);
  });

  it('is not told twice by a second console, nor again after a restart', async () => {
    await rule([await channel(['ops@example.com'])]);
    await fire();
    const other = await openDatabase(url);
    cleanups.push(() => other.$disconnect());
    const [channelId = ''] = await readPendingChannels(other);
    const seenByOther = await readPending(other, channelId);
    await workerOf(database).deliverDue();
    expect(await claimAttempt(other, seenByOther, 'batch', nowMs)).toBe(false);
    await fire();
    await workerOf(other).deliverDue();
    expect(sink.mails).toHaveLength(1);
  });
});

describe('a mail server that is down', () => {
  it('loses nothing and is not stormed; what waited comes as one digest, in order', async () => {
    const { port } = sink;
    await sink.close();
    await rule([await channel(['ops@example.com'])]);
    const worker = workerOf(database, `smtp://127.0.0.1:${String(port)}`);
    await fire();
    let attempts = 0;
    for (const end = nowMs + 12 * 60 * MINUTE; nowMs < end; nowMs += 3 * MINUTE) {
      const before = lines.length;
      await worker.deliverDue();
      attempts += lines.length - before;
    }
    expect(attempts).toBeGreaterThan(10);
    expect(attempts).toBeLessThan(25);
    await recover();
    expect(await deliveryStates()).toEqual(['firing pending', 'resolved pending']);

    sink = await startMailSink({ port });
    nowMs += 60 * MINUTE;
    await worker.deliverDue();
    nowMs += MINUTE;
    await worker.deliverDue();
    expect(await deliveryStates()).toEqual(['firing sent', 'resolved sent']);
    expect(sink.mails.map(({ headers }) => /Recovered/.test(headers))).toEqual([false, true]);
  });

  it('does not keep other channels from being told', async () => {
    const hanging = await hangingServer();
    await rule([
      await channel(['a@example.com'], `smtp://127.0.0.1:${String(portOf(hanging))}`),
      await channel(['b@example.com']),
    ]);
    await fire();
    const delivering = workerOf(database).deliverDue();
    expect((await sink.next()).to).toEqual(['b@example.com']);
    hanging.closeAll();
    await delivering;
  });
});

describe('a mail server that refuses', () => {
  it('for now is asked again, with the same Message-ID', async () => {
    await rule([await channel(['ops@example.com'])]);
    sink.refuseWith({ code: 451, text: 'try later' });
    const worker = workerOf(database);
    await fire();
    await worker.deliverDue();
    const [waiting] = await database.delivery.findMany();
    expect(waiting).toMatchObject({
      state: 'pending',
      attempts: 1,
      lastError: expect.stringContaining('451') as string,
    });
    expect(Number(waiting?.nextAttemptAtMs)).toBe(nowMs + 30_000);
    sink.refuseWith(null);
    nowMs += 30_000;
    await worker.deliverDue();
    expect(sink.mails.map(({ messageId }) => messageId)).toEqual([waiting?.messageId]);
  });

  it('for good is not asked again, and says so', async () => {
    await rule([await channel(['ops@example.com'])]);
    sink.refuseWith({ code: 554, text: 'no such thing here' });
    await fire();
    await workerOf(database).deliverDue();
    const [incident] = await readIncidents(database);
    expect(incident?.deliveries).toMatchObject([
      { state: 'dead', lastError: expect.stringContaining('554') as string },
    ]);
  });
});

it('a storm is one mail, and later ones at most one a minute', async () => {
  const groups = Array.from({ length: 300 }, (_, index) => `g${String(index)}`);
  await rule([await channel(['ops@example.com']), await channel(['OPS@example.com'])], { group: null });
  const worker = workerOf(database);
  await fire(groups);
  await worker.deliverDue();
  await worker.deliverDue();
  expect(sink.mails).toHaveLength(1);
  expect(sink.mails[0]?.headers).toContain('Subject: [Aquila] 300 firing');
  await recover(groups);
  await worker.deliverDue();
  expect(sink.mails).toHaveLength(1);
  nowMs += MINUTE;
  await worker.deliverDue();
  nowMs += MINUTE;
  await worker.deliverDue();
  expect(sink.mails).toHaveLength(3);
  expect(await database.delivery.count({ where: { state: 'sent' } })).toBe(1_200);
});

it('a process killed between the intent and the sending leads to the mail, under the same Message-ID', async () => {
  await rule([await channel(['ops@example.com'])]);
  await fire();
  const [intended] = await database.delivery.findMany();
  const hanging = await hangingServer();
  const child = deliverInProcess(`smtp://127.0.0.1:${String(portOf(hanging))}`);
  await once(hanging, 'connection');
  child.kill('SIGKILL');
  await once(child, 'exit');
  hanging.closeAll();
  const [claimed] = await database.delivery.findMany();
  expect(claimed).toMatchObject({ state: 'pending', attempts: 1 });
  nowMs += MINUTE;
  await workerOf(database).deliverDue();
  await workerOf(database).deliverDue();
  expect(sink.mails.map(({ messageId }) => messageId)).toEqual([intended?.messageId]);
});

it('the test button sends one real mail, and says what went wrong', async () => {
  const stored = {
    ...{
      id: 'c',
      name: 'ops',
      type: 'email',
      enabled: true,
      settings: { from: null, to: ['ops@example.com'] },
    },
    ...{ secret: {}, createdAt: new Date(), updatedAt: new Date() },
  };
  const context = {
    outbound: 'private',
    smtpUrl: sink.url,
    mailFrom: null,
    publicUrl: 'http://console.test',
  } as const;
  expect(await sendTest(stored, context, 'example.com', () => nowMs)).toMatchObject({ ok: true });
  expect((await sink.next()).headers).toContain('Subject: [Aquila] Test of an alert channel');
  const refused = await sendTest(stored, { ...context, outbound: 'public' }, 'example.com', () => nowMs);
  expect(refused).toMatchObject({ ok: false, detail: expect.stringContaining('not allowed') as string });
  const none = await sendTest(stored, { ...context, smtpUrl: null }, 'example.com', () => nowMs);
  expect(none).toMatchObject({ ok: false, detail: expect.stringContaining('AQUILA_SMTP_URL') as string });
  expect(sink.mails).toHaveLength(1);
});

interface HangingServer extends Server {
  closeAll(): void;
}

/** Takes connections and never says a word. */
async function hangingServer(): Promise<HangingServer> {
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    sockets.add(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const closeAll = (): void => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  cleanups.push(closeAll);
  return Object.assign(server, { closeAll });
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

function deliverInProcess(smtpUrl: string): ChildProcess {
  const argv = ['--import', 'tsx', program, url, key.toString('hex'), smtpUrl, String(nowMs)];
  const child = spawn(process.execPath, argv, { stdio: 'inherit' });
  cleanups.push(() => {
    child.kill('SIGKILL');
  });
  return child;
}
