/**
 * A mail server that is dead, a console that is killed again and again: every incident is mailed and told to be over, in that order, and
 * nothing twice but for the instant between the server's taking a mail and the console's writing that down. A real process, database
 * and mail server; the clock runs twenty times as fast, so that ten minutes pass in half of one.
 */
import { afterEach, expect, it } from 'vitest';
import { openStory, type Story } from './testing/console-process.ts';
import { openMailGate, toldBy, type MailGate } from './testing/mail-gate.ts';

const SPEED = 20;
/** Real time. Ceilings for conditions, nothing waits for so long when all is well. */
const PATIENCE = { timeout: 100_000, interval: 50 };
const KILLS_WHILE_DEAD = 3;

let story: Story;
let gate: MailGate;
afterEach(async () => {
  await story.close();
  await gate.close();
});

const firing = (): Promise<number> => story.database.incident.count({ where: { state: 'firing' } });
const pending = (): Promise<number> => story.database.delivery.count({ where: { state: 'pending' } });

const behind = (groups: readonly string[], lag: number): void => {
  story.lag(Object.fromEntries(groups.map((group) => [group, lag])));
};

it('mails every incident and its recovery, once and in order, however often it is killed', async () => {
  gate = await openMailGate();
  gate.setAlive(false);
  story = await openStory({ smtpUrl: gate.url, speed: SPEED });
  const groups: string[] = [];
  const next = (count: number): string[] => {
    const added = Array.from({ length: count }, (_, index) => `g${String(groups.length + index)}`);
    groups.push(...added);
    return added;
  };

  // Killed while it finds out, right after it wrote that down, and while it tries to send; the first ones recover meanwhile.
  for (let kill = 0; kill < KILLS_WHILE_DEAD; kill++) {
    const running = await story.start();
    behind(next(2), 500);
    if (kill !== 1) await expect.poll(firing, PATIENCE).toBe(groups.length);
    if (kill === 2) {
      const tried = gate.turnedAway();
      await expect.poll(gate.turnedAway, PATIENCE).toBeGreaterThan(tried);
    }
    await running.signal('SIGKILL');
  }
  behind(['g0', 'g1'], 0);
  let running = await story.start();
  await expect.poll(firing, PATIENCE).toBe(groups.length - 2);
  expect(gate.mails).toEqual([]);
  gate.setAlive(true);
  await expect.poll(pending, PATIENCE).toBe(0);

  // Killed when the server has the mail and nobody has heard of it, and when the console may just have heard.
  let repeats = 0;
  for (const isHeard of [false, true]) {
    const killed = new Promise<void>((resolve) => {
      gate.beforeAnswer(async () => {
        const dying = running.signal('SIGKILL').then(resolve);
        if (!isHeard) await dying;
      });
    });
    behind(next(1), 500);
    await killed;
    repeats++;
    running = await story.start();
    await expect.poll(pending, PATIENCE).toBe(0);
  }

  behind(groups, 0);
  await expect.poll(firing, PATIENCE).toBe(0);
  await expect.poll(pending, PATIENCE).toBe(0);
  await running.signal('SIGTERM');

  const told = toldBy(gate.mails);
  for (const group of groups) {
    const kinds = told.filter((each) => each.group === group).map(({ kind }) => kind);
    expect([group, ...kinds]).toEqual([group, 'firing', 'resolved']);
  }
  expect(told).toHaveLength(2 * groups.length);
  const messages = new Set(gate.mails.map(({ messageId }) => messageId));
  expect(gate.mails.length - messages.size).toBeLessThanOrEqual(repeats);
  expect(await story.database.incident.count()).toBe(groups.length);
}, 400_000);
