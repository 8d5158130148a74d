/**
 * Two consoles on one database: one judges and sends at a time. The other takes over when the first is killed, or stands still until
 * its lease ran out, and nothing is told twice, also when the first goes on again. Real processes; the clock runs twenty times as fast.
 */
import { afterEach, expect, it } from 'vitest';
import { leaseHolder } from '../store/lease.ts';
import { writeSetting } from '../store/settings.ts';
import { isStoreFailure } from '../store/store-error.ts';
import { openStory, type ConsoleProcess, type Story } from './testing/console-process.ts';
import { openMailGate, toldBy, type MailGate } from './testing/mail-gate.ts';

const SPEED = 20;
const PATIENCE = { timeout: 100_000, interval: 50 };
const LIMIT_MS = 400_000;

let story: Story;
let gate: MailGate;
afterEach(async () => {
  await story.close();
  await gate.close();
});

const told = (): string[] =>
  toldBy(gate.mails)
    .map(({ group, kind }) => `${group} ${kind}`)
    .sort();
const heard = (...what: string[]) => expect.poll(told, PATIENCE).toEqual([...what].sort());
const pidOfHolder = async (): Promise<string> =>
  (await leaseHolder(story.database, 'collector'))?.split('/')[1] ?? '';
const heldBy = ({ child }: ConsoleProcess) => expect.poll(pidOfHolder, PATIENCE).toBe(String(child.pid));

async function openTwo(): Promise<[ConsoleProcess, ConsoleProcess]> {
  gate = await openMailGate();
  story = await openStory({ smtpUrl: gate.url, speed: SPEED });
  const first = await story.start();
  await heldBy(first);
  return [first, await story.start()];
}

/** Not while it has the database's lock, which no other program could ever get then. */
async function standStill(console_: ConsoleProcess): Promise<void> {
  for (;;) {
    await console_.signal('SIGSTOP');
    try {
      await writeSetting(story.database, 'can-write', 'yes', new Date());
      return;
    } catch (error) {
      if (!isStoreFailure(error)) throw error;
      await console_.signal('SIGCONT');
    }
  }
}

/** Between the two a mail may come again, under its Message-ID. */
async function heardAndWritten(): Promise<void> {
  await heard('a firing');
  await expect.poll(() => story.database.delivery.count({ where: { state: 'sent' } }), PATIENCE).toBe(1);
}

/**
 * Nothing was decided twice. On a machine that is slow enough, a lease of one and a half real seconds runs out under a console that is
 * sending: then the other one sends the same message again, under its Message-ID, and that counts as one here.
 */
async function expectNothingTwice(groups: number): Promise<void> {
  expect(await story.database.incident.count()).toBe(groups);
}

it(
  'the other one goes on where a killed one was',
  async () => {
    const [first, second] = await openTwo();
    story.lag({ a: 500 });
    await heardAndWritten();
    await first.signal('SIGKILL');
    await heldBy(second);
    story.lag({ b: 500 });
    await heard('a firing', 'b firing');
    story.lag({ a: 0, b: 0 });
    await heard('a firing', 'b firing', 'a resolved', 'b resolved');
    await expectNothingTwice(2);
  },
  LIMIT_MS,
);

it(
  'one that stood still for longer than its lease is not the one any more',
  async () => {
    const [first, second] = await openTwo();
    story.lag({ a: 500 });
    await heardAndWritten();
    await standStill(first);
    await heldBy(second);
    story.lag({ b: 500 });
    await heard('a firing', 'b firing');
    await first.signal('SIGCONT');
    story.lag({ c: 500 });
    await heard('a firing', 'b firing', 'c firing');
    story.lag({ a: 0, b: 0, c: 0 });
    await heard('a firing', 'b firing', 'c firing', 'a resolved', 'b resolved', 'c resolved');
    await expectNothingTwice(3);
  },
  LIMIT_MS,
);
