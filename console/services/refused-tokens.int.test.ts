/** Who goes on guessing at the topic token is told of, by a real mail through the outbox: at the tenth try, once an hour. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OutboxWorker } from '../alerting/outbox-worker.ts';
import { startMailSink, type MailSink } from '../alerting/testing/mail-sink.ts';
import { incidentSchema } from '../contracts/alerts.ts';
import type { Actor, ConsoleContext } from './context.ts';
import { requireToken } from './delete-topic.ts';
import { createChannel } from './channels.ts';
import { listIncidents } from './incidents.ts';
import { signIn } from './sign-in.ts';
import { openTestConsole, type TestConsole } from './testing/test-context.ts';
import { rotateTopicToken } from './topic-token.ts';

const minute = 60_000;
let console_: TestConsole;
let context: ConsoleContext;
let sink: MailSink;
let token = '';

beforeEach(async () => {
  console_ = await openTestConsole({ AQUILA_PUBLIC_URL: 'https://kafka.example.com' });
  context = console_.context;
  sink = await startMailSink();
  token = await rotateTopicToken(context);
});
afterEach(async () => {
  await console_.close();
  await sink.close();
});

const actorOf = (name: string): Actor => ({
  ...{ kind: 'user', id: name, name, role: 'operator', clusters: null, ip: '10.0.0.1', sessionId: null },
});

async function guess(name: string, times: number, given = 'a-wrong-token'): Promise<void> {
  for (let time = 0; time < times; time += 1)
    await expect(requireToken(context, actorOf(name), 'local', given)).rejects.toMatchObject({
      type: expect.stringMatching(/^(wrong-topic-token|too-many-tries)$/) as string,
    });
}

const toMail = (name: string, to: string, enabled = true): Promise<unknown> =>
  createChannel(context, {
    ...{ name, type: 'email', enabled },
    settings: { url: sink.url, from: null, to: [to], startTls: null },
  });

async function deliver(): Promise<void> {
  const { database, channelKey, config } = context;
  const worker = new OutboxWorker({
    ...{ database, channelKey, random: () => 0.5, log: () => undefined },
    context: { outbound: 'private', smtpUrl: null, mailFrom: null, publicUrl: config.publicUrl },
    nowMs: () => context.now().getTime(),
  });
  await worker.deliverDue();
  await worker.settle();
}

const incidents = async () => (await listIncidents(context, { limit: 100 })).items;

test('at the tenth refused try the mail channels are told, of those made while locked out, too', async () => {
  await toMail('admins', 'admins@example.com');
  await toMail('off', 'off@example.com', false);
  await guess('ann', 9);
  expect(await incidents()).toEqual([]);
  await guess('ben', 1);
  expect(await incidents()).toMatchObject([
    {
      ...{ type: 'refused-tokens', cluster: 'local', level: 'P1', state: 'resolved', value: 10 },
      deliveries: [{ channelName: 'admins', kind: 'firing', state: 'pending' }],
    },
  ]);
  // The answer holds what the contract names, and nothing of what was said to whom.
  const [incident] = await incidents();
  expect(incidentSchema.parse(incident)).toEqual(incident);
  await deliver();
  const [mail, ...others] = sink.mails;
  expect(others).toEqual([]);
  expect(mail?.to).toEqual(['admins@example.com']);
  expect(mail?.headers).toMatch(/^subject: .*topic token/im);
  const text = mail?.text.replace(/\s+/g, ' ');
  expect(text).toContain('the last one of ben from 10.0.0.1');
  expect(text).toContain('https://kafka.example.com/audit?outcome=refused');
  expect(mail?.raw).not.toMatch(new RegExp(`${token}|a-wrong-token`));
  // Viewers read incidents; who it was is for administrators.
  expect(JSON.stringify(await incidents())).not.toMatch(/10\.0\.0\.1|\bben\b/);
});

test('whoever goes on is told of once an hour, also when people sign in meanwhile', async () => {
  await toMail('admins', 'admins@example.com');
  await guess('ann', 40);
  expect(await incidents()).toHaveLength(1);
  console_.pass(35 * minute);
  await signIn(context, { username: 'nobody', password: 'wrong', ip: '10.0.0.9' });
  await guess('ann', 12);
  expect(await incidents()).toHaveLength(1);
  console_.pass(61 * minute);
  await guess('ann', 9);
  expect(await incidents()).toHaveLength(1);
  await guess('ann', 1);
  expect(await incidents()).toHaveLength(2);
});

test('right tokens are no tries, and many wrong ones at once are told of once', async () => {
  for (let time = 0; time < 12; time += 1) await requireToken(context, actorOf('ann'), 'local', token);
  await Promise.all(Array.from({ length: 15 }, (_, index) => guess(`user ${String(index)}`, 1)));
  expect(await incidents()).toMatchObject([{ type: 'refused-tokens', deliveries: [] }]);
});

test('that nobody can be told changes nothing for who asked, and is tried again', async () => {
  await context.database.$executeRaw`ALTER TABLE "Delivery" RENAME TO "Elsewhere"`;
  await toMail('admins', 'admins@example.com');
  await guess('ann', 12);
  await context.database.$executeRaw`ALTER TABLE "Elsewhere" RENAME TO "Delivery"`;
  expect(await incidents()).toEqual([]);
  await guess('ann', 1);
  expect(await incidents()).toHaveLength(1);
});
