/** What each kind of channel sends, checked on the receiving side as its vendor would: signatures, limits, answers, names. */
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { HookType } from '../../contracts/channels.ts';
import type { Notice } from '../notice.ts';
import { hookToken, startHookSink, type HookSink } from '../testing/hook-sink.ts';
import { hostileNames, noticeOf } from '../testing/notices.ts';
import type { SendOutcome } from './channel-type.ts';
import { channelTypes } from './channel-types.ts';

const secret = 'SEC-0123456789';
const attemptAtMs = Date.UTC(2026, 0, 5, 1, 2, 3, 456);

let sink: HookSink;
beforeEach(async () => {
  sink = await startHookSink();
});
afterEach(() => sink.close());

interface Sent {
  readonly outcome: SendOutcome;
  readonly body: string;
}

async function send(
  type: HookType,
  notices: readonly Notice[] | 'test',
  settings: { secret?: string; atMs?: number } = {},
): Promise<Sent> {
  const stored = { url: sink.url, ...(settings.secret === undefined ? {} : { secret: settings.secret }) };
  const channel = {
    ...{ id: 'c', name: 'hook', type, settings: {}, secret: stored, enabled: true },
    ...{ createdAt: new Date(0), updatedAt: new Date(0) },
  };
  const message = {
    notices,
    messageId: '<aquila.1@example.com>',
    atMs: attemptAtMs,
    attemptAtMs: settings.atMs ?? attemptAtMs,
  };
  const context = {
    outbound: 'private',
    smtpUrl: null,
    mailFrom: null,
    publicUrl: 'http://console.test',
  } as const;
  const outcome = await channelTypes[type]?.send(channel, message, context);
  if (outcome === undefined) throw new Error(type);
  return { outcome, body: sink.received.at(-1)?.body ?? '' };
}

const many = (count: number, name = 'g'): Notice[] =>
  Array.from({ length: count }, (_, index) =>
    noticeOf({ group: `${name}${String(index)}`, reason: name.repeat(20) }),
  );

describe('webhook', () => {
  it('is signed over time and body, as a receiver would check it', async () => {
    const { body } = await send('webhook', [noticeOf()], { secret });
    const headers = sink.received[0]?.headers ?? {};
    const timestamp = String(headers['aquila-timestamp']);
    expect(Number(timestamp)).toBe(Math.floor(attemptAtMs / 1_000));
    const expected = createHmac('sha256', secret).update(timestamp).update('.').update(body).digest('hex');
    expect(headers['aquila-signature']).toBe(`v1=${expected}`);
  });

  it('has the same key and body over attempts, and a new signature', async () => {
    const first = await send('webhook', [noticeOf()], { secret });
    const second = await send('webhook', [noticeOf()], { secret, atMs: attemptAtMs + 60_000 });
    expect(second.body).toBe(first.body);
    const [one, two] = sink.received.map(({ headers }) => headers);
    expect(one?.['idempotency-key']).toBe('<aquila.1@example.com>');
    expect(two?.['idempotency-key']).toBe(one?.['idempotency-key']);
    expect(two?.['aquila-signature']).not.toBe(one?.['aquila-signature']);
  });

  it('without a secret has no signature', async () => {
    await send('webhook', 'test');
    expect(sink.received[0]?.headers).not.toHaveProperty('aquila-signature');
    expect(JSON.parse(sink.received[0]?.body ?? '')).toMatchObject({ version: 1, kind: 'test', notices: [] });
  });

  it('says everything a notice knows, names as they are', async () => {
    const cause = { text: 'broker 2 is down', count: 4 };
    const notice = noticeOf({ group: '@all <b>', incidentId: 'i1', status: 'stalled', reason: 'r', cause });
    const parsed: unknown = JSON.parse((await send('webhook', [notice])).body);
    expect(parsed).toMatchObject({
      version: 1,
      kind: 'alerts',
      messageId: '<aquila.1@example.com>',
      at: '2026-01-05T01:02:03.456Z',
      total: 1,
      notices: [
        {
          ...{
            kind: 'firing',
            incidentId: 'i1',
            incidentLink: 'http://console.test/alerts?incident=i1',
            type: 'group-lag',
            level: 'P1',
            rule: 'billing is late',
          },
          ...{ cluster: 'local', group: '@all <b>', topic: 'orders', subject: '@all <b> on orders' },
          ...{ status: 'stalled', value: 12_345, peakValue: 20_000, threshold: 1_000, unit: 'records' },
          ...{ reason: 'r', cause, startedAt: '2026-01-05T10:11:12.000Z', at: '2026-01-05T10:21:12.000Z' },
          ...{ link: 'http://console.test:8048/groups/billing', heading: 'Consumer group is behind' },
        },
      ],
    });
  });

  it('bounds how many notices it holds and counts all', async () => {
    const { body } = await send('webhook', many(250));
    const parsed = z.object({ total: z.number(), notices: z.array(z.unknown()) }).parse(JSON.parse(body));
    expect([parsed.total, parsed.notices.length]).toEqual([250, 100]);
  });
});

describe('dingtalk', () => {
  const shape = z.strictObject({
    msgtype: z.literal('markdown'),
    markdown: z.strictObject({ title: z.string().min(1), text: z.string().min(1) }),
    at: z.strictObject({
      atMobiles: z.array(z.never()),
      atUserIds: z.array(z.never()),
      isAtAll: z.literal(false),
    }),
  });
  beforeEach(() => sink.answerWith({ body: '{"errcode":0,"errmsg":"ok"}' }));

  it('is signed in the query as the vendor checks it', async () => {
    const { outcome, body } = await send('dingtalk', [noticeOf()], { secret });
    expect(outcome).toMatchObject({ ok: true });
    const query = sink.received[0]?.url.searchParams;
    const timestamp = query?.get('timestamp') ?? '';
    expect(timestamp).toBe(String(attemptAtMs));
    const expected = createHmac('sha256', secret).update(`${timestamp}\n${secret}`, 'utf8').digest('base64');
    expect(query?.get('sign')).toBe(expected);
    expect(query?.get('access_token')).toBe(hookToken);
    expect(shape.parse(JSON.parse(body)).markdown.text).toContain('**Lag:** 12,345 records');
  });

  it('is not signed without a secret', async () => {
    await send('dingtalk', 'test');
    expect(sink.received[0]?.url.search).toBe(`?access_token=${hookToken}`);
  });

  it.each([
    [310_000, { retriable: true }],
    [300_001, { retriable: false }],
    [130_101, { retriable: true, retryAfterMs: 600_000 }],
    [-1, { retriable: true }],
  ])('errcode %i in an answer of 200 is a failure', async (errcode, expected) => {
    sink.answerWith({ body: JSON.stringify({ errcode, errmsg: 'sign not match' }) });
    const { outcome } = await send('dingtalk', [noticeOf()]);
    expect(outcome).toMatchObject({
      ok: false,
      ...expected,
      error: expect.stringContaining('sign not match') as string,
    });
  });

  it('stays below the size of a message', async () => {
    const { body } = await send('dingtalk', many(300, '消费者组'));
    expect(Buffer.byteLength(body)).toBeLessThan(20_000);
    expect(body).toMatch(/and \d+ more/);
  });
});

describe('wechat', () => {
  const shape = z.strictObject({
    msgtype: z.literal('markdown'),
    markdown: z.strictObject({ content: z.string().min(1) }),
  });
  beforeEach(() => sink.answerWith({ body: '{"errcode":0,"errmsg":"ok"}' }));

  it('is markdown of a bounded length', async () => {
    const { content } = shape.parse(JSON.parse((await send('wechat', [noticeOf()])).body)).markdown;
    expect(content).toContain('Lag: <font color="comment">12,345 records</font>');
    expect(content).toContain('[Open in Aquila](http://console.test:8048/groups/billing)');
    const digest = shape.parse(JSON.parse((await send('wechat', many(300, '消费者组'))).body)).markdown;
    expect(Buffer.byteLength(digest.content)).toBeLessThanOrEqual(4_096);
    expect(digest.content).toMatch(/and \d+ more\n\[Open in Aquila\]/);
    const long = noticeOf({
      group: '组'.repeat(1_000),
      reason: '因'.repeat(1_000),
      ruleName: '规'.repeat(1_000),
    });
    const one = shape.parse(JSON.parse((await send('wechat', [long])).body)).markdown;
    expect(Buffer.byteLength(one.content)).toBeLessThanOrEqual(4_096);
  });

  it.each([
    [93_000, { retriable: false }],
    [45_009, { retriable: true, retryAfterMs: 60_000 }],
  ])('errcode %i in an answer of 200 is a failure', async (errcode, expected) => {
    sink.answerWith({ body: JSON.stringify({ errcode, errmsg: 'invalid webhook url' }) });
    expect((await send('wechat', [noticeOf()])).outcome).toMatchObject({ ok: false, ...expected });
  });
});

describe('feishu', () => {
  beforeEach(() => sink.answerWith({ body: '{"code":0,"data":{},"msg":"success"}' }));

  it('is signed in the body as the vendor checks it', async () => {
    const { outcome, body } = await send('feishu', [noticeOf()], { secret });
    expect(outcome).toMatchObject({ ok: true });
    const { timestamp, sign } = z.object({ timestamp: z.string(), sign: z.string() }).parse(JSON.parse(body));
    expect(timestamp).toBe(String(Math.floor(attemptAtMs / 1_000)));
    expect(sign).toBe(createHmac('sha256', `${timestamp}\n${secret}`).update('').digest('base64'));
    expect(JSON.parse((await send('feishu', 'test')).body)).not.toHaveProperty('sign');
  });

  it('is a card of plain text', async () => {
    const { body } = await send('feishu', [noticeOf({ kind: 'resolved' })]);
    expect(JSON.parse(body)).toMatchObject({
      msg_type: 'interactive',
      card: { header: { template: 'green', title: { tag: 'plain_text' } } },
    });
    expect(body).not.toContain('lark_md');
    expect(Buffer.byteLength((await send('feishu', many(300, '消费者组'))).body)).toBeLessThan(20_000);
  });

  it.each([
    [200, 19_021, { retriable: true }],
    [200, 19_001, { retriable: false }],
    [400, 9_499, { retriable: true, retryAfterMs: 60_000 }],
    [400, 11_246, { retriable: false }],
  ])('status %i with code %i is a failure', async (status, code, expected) => {
    sink.answerWith({ status, body: JSON.stringify({ code, msg: 'sign match fail', data: {} }) });
    const { outcome } = await send('feishu', [noticeOf()]);
    expect(outcome).toMatchObject({
      ok: false,
      ...expected,
      error: expect.stringContaining('sign match fail') as string,
    });
  });

  it('is taken by those that answer in the old way', async () => {
    sink.answerWith({ body: '{"Extra":null,"StatusCode":0,"StatusMessage":"success"}' });
    expect((await send('feishu', [noticeOf()])).outcome).toMatchObject({ ok: true });
  });
});

describe('slack', () => {
  const text = z.strictObject({
    type: z.literal('mrkdwn'),
    text: z.string().min(1).max(3_000),
    verbatim: z.literal(true),
  });
  const shape = z.strictObject({
    text: z.string().min(1),
    blocks: z.tuple([
      z.strictObject({
        type: z.literal('header'),
        text: z.strictObject({
          type: z.literal('plain_text'),
          text: z.string().max(150),
          emoji: z.boolean(),
        }),
      }),
      z.strictObject({ type: z.literal('section'), text }),
      z.strictObject({ type: z.literal('section'), text }),
    ]),
  });
  beforeEach(() => sink.answerWith({ body: 'ok' }));

  it('has blocks and a text for those that show none', async () => {
    const parsed = shape.parse(
      JSON.parse((await send('slack', [noticeOf({ ruleName: 'A & B <late>' })])).body),
    );
    expect(parsed.text).toBe('[Aquila P1] billing on orders: lag 12,345 (local, A &amp; B &lt;late&gt;)');
    expect(parsed.blocks[1].text.text).toContain('*Lag:* 12,345 records');
    expect(parsed.blocks[2].text.text).toBe('<http://console.test:8048/groups/billing|Open in Aquila>');
    shape.parse(JSON.parse((await send('slack', many(300, '消费者组'))).body));
    shape.parse(JSON.parse((await send('slack', 'test')).body));
  });

  it('is taken when the body is ok, and by nothing else', async () => {
    expect((await send('slack', [noticeOf()])).outcome).toMatchObject({ ok: true });
    sink.answerWith({ body: 'fine' });
    expect((await send('slack', [noticeOf()])).outcome).toMatchObject({ ok: false });
    sink.answerWith({ status: 400, body: 'invalid_blocks' });
    expect((await send('slack', [noticeOf()])).outcome).toMatchObject({
      ok: false,
      retriable: false,
      error: expect.stringContaining('invalid_blocks') as string,
    });
  });
});

const hostile = (name: string): Notice =>
  noticeOf({ group: name, ruleName: name, reason: name, subject: name, cause: { text: name, count: 2 } });

describe.each(['dingtalk', 'wechat', 'slack'] as const)('names in %s', (type) => {
  it.each(hostileNames)('%j ping nobody and are no markup', async (name) => {
    const plain = textOf(JSON.parse((await send(type, [hostile('g')])).body));
    for (const count of [1, 2]) {
      const notices = Array.from({ length: count }, () => hostile(name));
      const text = textOf(JSON.parse((await send(type, notices)).body));
      expect(text).not.toMatch(/<!|<@|<\s*at\b|<\/|<http|<script|\u202e|[^\P{Cc}\n]/u);
      expect(text).not.toMatch(/@|`|\*\*bold|~~|\\|\]\(http:\/\/evil|http:\/\/evil|:rotating/);
      if (type !== 'slack') expect(text).not.toMatch(/<font color="warning">red|&lt;/);
      if (count === 1) expect(text.split('\n')).toHaveLength(plain.split('\n').length);
    }
  });
});

describe('names in feishu', () => {
  it.each(hostileNames)('%j are shown as they are, and ping nobody', async (name) => {
    for (const count of [1, 2]) {
      const { body } = await send(
        'feishu',
        Array.from({ length: count }, () => hostile(name)),
      );
      for (const { tag, content } of contentsOf(JSON.parse(body))) {
        expect(tag).toBe('plain_text');
        expect(content).not.toMatch(/<\s*\/?\s*at\b|[\u202e\u2028]|[^\P{Cc}\n]/u);
      }
    }
  });
});

function contentsOf(value: unknown): { tag: unknown; content: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const { tag, content } = value as { tag?: unknown; content?: unknown };
  const own = typeof content === 'string' ? [{ tag, content }] : [];
  return [...own, ...Object.values(value).flatMap(contentsOf)];
}

/** All texts of a message, without the tags that are ours. */
function textOf(value: unknown): string {
  if (typeof value === 'string') {
    return value
      .replace(/<\/?font( color="(comment|warning|info)")?>(?!red)/g, '')
      .replace(/<http:\/\/console[^>]*>/g, '');
  }
  if (typeof value !== 'object' || value === null) return '';
  return Object.values(value).map(textOf).join('\n');
}
