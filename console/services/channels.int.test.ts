/** Channels as people make, change and try them, over a real database and against real receivers. */
import { createHmac } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hookToken, startHookSink, type HookSink } from '../alerting/testing/hook-sink.ts';
import { startMailSink } from '../alerting/testing/mail-sink.ts';
import { channelInputSchema, channelSchema, hookTypes } from '../contracts/channels.ts';
import { createChannel, listChannels, replaceChannel, requireChannel } from './channels.ts';
import type { ConsoleContext } from './context.ts';
import { testChannel } from './test-channel.ts';
import { openTestConsole, type TestConsole } from './testing/test-context.ts';

const secret = 'SEC-very-secret';
let console_: TestConsole;
let context: ConsoleContext;
let sink: HookSink;
beforeEach(async () => {
  console_ = await openTestConsole();
  context = console_.context;
  sink = await startHookSink();
});
afterEach(async () => {
  await sink.close();
  await console_.close();
});

const inputOf = (type: string, settings: Record<string, unknown>) =>
  channelInputSchema.parse({ name: `to ${type}`, type, settings });

describe.each(hookTypes)('%s', (type) => {
  test('keeps its address and secret to itself, in answers and in the file', async () => {
    const made = await createChannel(context, inputOf(type, { url: sink.url, secret }));
    expect(channelSchema.parse(made)).toEqual(made);
    const shown = { url: `http://127.0.0.1:${String(sink.port)}/***`, secret: '***' };
    expect(made).toMatchObject({ type, settings: shown, lastDelivery: null });
    const listed = await listChannels(context, { limit: 100 });
    expect(JSON.stringify(listed)).not.toMatch(new RegExp(`${secret}|${hookToken}`));
    for (const name of readdirSync(console_.directory)) {
      const bytes = readFileSync(path.join(console_.directory, name));
      expect(bytes.includes(secret) || bytes.includes(hookToken), name).toBe(false);
    }
    const renamed = { ...inputOf(type, shown), name: 'renamed' };
    expect(await replaceChannel(context, made.id, renamed)).toMatchObject({
      name: 'renamed',
      settings: shown,
    });
    expect((await requireChannel(context, made.id)).secret).toEqual({ url: sink.url, secret });
  });

  test('is tried at once, and shows what the server answered', async () => {
    const { id } = await createChannel(context, inputOf(type, { url: sink.url, secret }));
    sink.answerWith({ status: 403, body: 'the door is closed' });
    expect(await testChannel(context, id)).toMatchObject({
      ok: false,
      detail: expect.stringContaining('403: the door is closed') as string,
    });
    sink.answerWith({ body: type === 'slack' ? 'ok' : '{"errcode":0,"code":0,"errmsg":"ok"}' });
    expect(await testChannel(context, id)).toMatchObject({
      ok: true,
      detail: expect.stringContaining('answered 200') as string,
    });
    expect(sink.received.map(({ body }) => body.includes('Test of an alert channel'))).toEqual([true, true]);
  });

  test('a channel that becomes one of another kind starts without what it knew', async () => {
    const { id } = await createChannel(context, inputOf(type, { url: sink.url, secret }));
    const other = hookTypes.find((each) => each !== type) ?? 'webhook';
    const kept = inputOf(other, { url: `http://127.0.0.1:${String(sink.port)}/***`, secret: '***' });
    await expect(replaceChannel(context, id, kept)).rejects.toMatchObject({ type: 'invalid' });
  });
});

test('a webhook is signed with the secret that was stored', async () => {
  const { id } = await createChannel(context, inputOf('webhook', { url: sink.url, secret }));
  expect(await testChannel(context, id)).toMatchObject({ ok: true });
  const { headers = {}, body = '' } = sink.received[0] ?? {};
  const signed = `${String(headers['aquila-timestamp'])}.${body}`;
  expect(headers['aquila-signature']).toBe(`v1=${createHmac('sha256', secret).update(signed).digest('hex')}`);
});

test('nothing goes to a private address when only public ones are allowed', async () => {
  const { id } = await createChannel(context, inputOf('webhook', { url: sink.url }));
  const config = { ...context.config, outbound: 'public' as const };
  expect(await testChannel({ ...context, config }, id)).toMatchObject({
    ok: false,
    detail: expect.stringContaining('AQUILA_OUTBOUND=public') as string,
  });
  expect(sink.received).toEqual([]);
});

test.each([
  ['webhook', 'http://169.254.169.254/latest/meta-data', 'private'],
  ['slack', 'https://[fe80::1]/', 'private'],
  ['feishu', 'http://2852039166/', 'private'],
  ['dingtalk', 'http://10.0.0.1/', 'public'],
  ['email', 'smtp://127.0.0.1:25', 'public'],
] as const)('%s to %s is refused at once when only %s ones are allowed', async (type, url, outbound) => {
  const config = { ...context.config, outbound };
  const input = inputOf(type, type === 'email' ? { url, to: ['ops@example.com'] } : { url });
  await expect(createChannel({ ...context, config }, input)).rejects.toMatchObject({
    errors: { 'settings.url': expect.stringContaining('AQUILA_OUTBOUND') as string },
  });
});

test('a mail channel of before there were others still reads, writes and sends', async () => {
  const mails = await startMailSink();
  const made = await createChannel(context, inputOf('email', { url: mails.url, to: ['ops@example.com'] }));
  const settings = JSON.stringify({ from: null, to: ['ops@example.com'] });
  await context.database.channel.update({ where: { id: made.id }, data: { settings } });
  const [listed] = (await listChannels(context, { limit: 100 })).items;
  expect(listed).toEqual(made);
  expect(await testChannel(context, made.id)).toMatchObject({ ok: true });
  expect(mails.mails).toHaveLength(1);
  await mails.close();
});

test('a channel whose seal cannot be opened is shown, and can be given its address again', async () => {
  const { id } = await createChannel(context, inputOf('slack', { url: sink.url }));
  const lost = { ...context, channelKey: Buffer.alloc(32, 9) };
  expect((await listChannels(lost, { limit: 100 })).items).toMatchObject([
    { settings: { url: 'https://unknown/***' } },
  ]);
  expect(await testChannel(lost, id)).toMatchObject({
    ok: false,
    detail: expect.stringContaining('enter it again') as string,
  });
  await replaceChannel(lost, id, inputOf('slack', { url: sink.url }));
  sink.answerWith({ body: 'ok' });
  expect(await testChannel(lost, id)).toMatchObject({ ok: true });
});
