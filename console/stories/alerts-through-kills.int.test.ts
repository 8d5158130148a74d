/**
 * A mail server that is dead, a console that is killed again and again: every incident is mailed and told to be over, in that order, and
 * nothing twice but for the instant between the server's taking a mail and the console's writing that down. A real process, database
 * and mail server.
 *
 * As part of `npm test` the clock runs twenty times as fast. The long form takes the time as it is, ten minutes without a mail server and
 * ten kills in them, and prints what happened:
 *
 *   AQUILA_STORY=long npx vitest run --project integration console/stories/alerts-through-kills
 */
import { afterEach, expect, it } from 'vitest';
import { openStory, type Story } from './testing/console-process.ts';
import { openMailGate, toldBy, type MailGate } from './testing/mail-gate.ts';

const isLong = process.env['AQUILA_STORY'] === 'long';
const SPEED = isLong ? 1 : 20;
/** Real time. Ceilings for conditions, nothing waits for so long when all is well. */
const PATIENCE = { timeout: isLong ? 1_800_000 : 100_000, interval: 50 };
const LIMIT_MS = isLong ? 3_600_000 : 400_000;
const KILLS_WHILE_DEAD = isLong ? 10 : 3;
const DEAD_MS = isLong ? 600_000 : 0;

let story: Story;
let gate: MailGate;
afterEach(async () => {
  await story.close();
  await gate.close();
});

const firing = (): Promise<number> => story.database.incident.count({ where: { state: 'firing' } });
const pending = (): Promise<number> => story.database.delivery.count({ where: { state: 'pending' } });
const untilTime = (atMs: number) => expect.poll(() => Date.now(), PATIENCE).toBeGreaterThanOrEqual(atMs);

const behind = (groups: readonly string[], lag: number): void => {
  story.lag(Object.fromEntries(groups.map((group) => [group, lag])));
};

/** Groups that were not behind before. */
function newGroups(groups: string[], count: number): string[] {
  const added = Array.from({ length: count }, (_, index) => `g${String(groups.length + index)}`);
  groups.push(...added);
  return added;
}

/** Killed while it finds out, right after it wrote that down, and while it tries to send. */
async function killWhileDead(groups: string[]): Promise<void> {
  const deadSinceMs = Date.now();
  for (let kill = 0; kill < KILLS_WHILE_DEAD; kill++) {
    const running = await story.start();
    behind(newGroups(groups, 2), 500);
    if (kill % 3 !== 1) await expect.poll(firing, PATIENCE).toBe(groups.length);
    if (kill === 2) {
      const tried = gate.turnedAway();
      await expect.poll(gate.turnedAway, PATIENCE).toBeGreaterThan(tried);
    }
    await untilTime(deadSinceMs + ((kill + 1) * DEAD_MS) / KILLS_WHILE_DEAD);
    await running.signal('SIGKILL');
  }
}

it(
  'mails every incident and its recovery, once and in order, however often it is killed',
  async () => {
    gate = await openMailGate();
    gate.setAlive(false);
    story = await openStory({ smtpUrl: gate.url, speed: SPEED });
    const groups: string[] = [];
    await killWhileDead(groups);
    // The first ones recover before anybody could be told of them.
    behind(['g0', 'g1'], 0);
    let running = await story.start();
    await expect.poll(firing, PATIENCE).toBe(groups.length - 2);
    expect(gate.mails).toEqual([]);
    const turnedAway = gate.turnedAway();
    gate.setAlive(true);
    await expect.poll(pending, PATIENCE).toBe(0);

    // Killed when the server has the mail and nobody has heard of it, and when the console may just have heard.
    let killsWhileSending = 0;
    for (const isHeard of [false, true]) {
      const killed = new Promise<void>((resolve) => {
        gate.beforeAnswer(async () => {
          const dying = running.signal('SIGKILL').then(resolve);
          if (!isHeard) await dying;
        });
      });
      behind(newGroups(groups, 1), 500);
      await killed;
      killsWhileSending++;
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
    const repeats = gate.mails.length - messages.size;
    expect(repeats).toBeLessThanOrEqual(killsWhileSending);
    expect(await story.database.incident.count()).toBe(groups.length);
    if (isLong) {
      const kills = KILLS_WHILE_DEAD + killsWhileSending;
      const mails = `${String(gate.mails.length)} mails, ${String(repeats)} of them again under their Message-ID`;
      process.stdout.write(
        `${String(kills)} kills, ${String(turnedAway)} attempts without a server, ${String(groups.length)} incidents, ${String(told.length)} notices in ${mails}\n`,
      );
    }
  },
  LIMIT_MS,
);
