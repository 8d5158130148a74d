/** What all channels that speak HTTP promise, each against a real server: what is final, what is tried again, and where nothing goes. */
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { selfSigned } from '../../../kafka-client/testing/self-signed.ts';
import { hookTypes, type HookType } from '../../contracts/channels.ts';
import type { StoredChannel } from '../../store/alert-channels.ts';
import { hookToken, startHookSink, type Behaviour, type HookSink } from '../testing/hook-sink.ts';
import { noticeOf } from '../testing/notices.ts';
import type { OutgoingMessage, SendContext, SendOutcome } from './channel-type.ts';
import { channelTypes } from './channel-types.ts';
import { ANSWER_MAX_BYTES } from './http-sender.ts';

const secret = 'SEC-0123456789';
const context: SendContext = {
  outbound: 'private',
  smtpUrl: null,
  mailFrom: null,
  publicUrl: 'http://console.test',
};
const message: OutgoingMessage = {
  notices: [noticeOf()],
  messageId: '<aquila.1@example.com>',
  atMs: Date.UTC(2026, 0, 5),
  attemptAtMs: Date.UTC(2026, 0, 5, 1),
};
const taken: Readonly<Record<HookType, string>> = {
  webhook: '',
  dingtalk: '{"errcode":0,"errmsg":"ok"}',
  wechat: '{"errcode":0,"errmsg":"ok"}',
  feishu: '{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}',
  slack: 'ok',
};

const sinks: HookSink[] = [];
afterEach(async () => {
  for (const sink of sinks.splice(0)) await sink.close();
});

async function sinkOf(
  behaviour: Behaviour,
  options?: Parameters<typeof startHookSink>[1],
): Promise<HookSink> {
  const sink = await startHookSink(behaviour, options);
  sinks.push(sink);
  return sink;
}

function send(type: HookType, url: string, changes: Partial<SendContext> = {}): Promise<SendOutcome> {
  const channel: StoredChannel = {
    ...{ id: 'c', name: 'hook', type, settings: {}, secret: { url, secret }, enabled: true },
    ...{ createdAt: new Date(0), updatedAt: new Date(0) },
  };
  return (
    channelTypes[type]?.send(channel, message, { ...context, ...changes }) ?? Promise.reject(new Error(type))
  );
}

describe.each(hookTypes)('%s', (type) => {
  it('is one POST of JSON, and says what the server answered', async () => {
    const sink = await sinkOf({ body: taken[type] });
    const outcome = await send(type, sink.url);
    expect(outcome).toMatchObject({ ok: true });
    expect(outcome.ok && outcome.detail).toContain(
      `answered 200${taken[type] === '' ? '' : `: ${taken[type]}`}`,
    );
    expect(sink.received).toHaveLength(1);
    const [{ method = '', headers, url } = {}] = sink.received;
    expect(method).toBe('POST');
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      host: `127.0.0.1:${String(sink.port)}`,
    });
    expect(url?.searchParams.get('access_token')).toBe(hookToken);
  });

  it('is a failure when the words or the status say so', async () => {
    const sink = await sinkOf({ status: 404, body: 'no_service' });
    expect(await send(type, sink.url)).toMatchObject({
      ok: false,
      retriable: false,
      error: `127.0.0.1:${String(sink.port)}: it answered 404: no_service`,
    });
    if (type === 'webhook') return;
    sink.answerWith({ body: '{"errcode":400013,"code":400013,"errmsg":"not today"}' });
    expect(await send(type, sink.url)).toMatchObject({
      ok: false,
      error: expect.stringContaining('not today') as string,
    });
    sink.answerWith({ body: '<html>a page of somebody else</html>' });
    expect(await send(type, sink.url)).toMatchObject({ ok: false, retriable: true });
  });

  it.each([500, 502, 503, 408, 425, 429])('tries again after %i', async (status) => {
    const sink = await sinkOf({ status, body: taken[type] });
    expect(await send(type, sink.url)).toMatchObject({ ok: false, retriable: true });
  });

  it.each([400, 401, 403, 404, 410, 413])('does not try again after %i', async (status) => {
    const sink = await sinkOf({ status, body: 'no' });
    expect(await send(type, sink.url)).toMatchObject({ ok: false, retriable: false });
  });

  it('waits for as long as it is told to', async () => {
    const sink = await sinkOf({ status: 429, headers: { 'Retry-After': '37' } });
    expect(await send(type, sink.url)).toMatchObject({ retriable: true, retryAfterMs: 37_000 });
    sink.answerWith({
      status: 503,
      headers: { 'Retry-After': new Date(message.attemptAtMs + 90_000).toUTCString() },
    });
    expect(await send(type, sink.url)).toMatchObject({ retryAfterMs: 90_000 });
    sink.answerWith({ status: 503, headers: { 'Retry-After': '99999999' } });
    expect(await send(type, sink.url)).toMatchObject({ retryAfterMs: 3_600_000 });
    sink.answerWith({ status: 503, headers: { 'Retry-After': 'soon' } });
    expect(await send(type, sink.url)).not.toHaveProperty('retryAfterMs');
  });

  it.each([301, 302, 303, 307, 308])('follows no redirect (%i)', async (status) => {
    const elsewhere = await sinkOf({ body: taken[type] });
    const sink = await sinkOf({ status, headers: { Location: elsewhere.url } });
    expect(await send(type, sink.url)).toMatchObject({
      ok: false,
      retriable: false,
      error: expect.stringContaining('redirects are not followed') as string,
    });
    expect(elsewhere.received).toEqual([]);
  });

  it('gives up on a server that says nothing, and tries again', async () => {
    const sink = await sinkOf('hang');
    expect(await send(type, sink.url, { deadlineMs: 100 })).toMatchObject({
      ok: false,
      retriable: true,
      error: expect.stringContaining('no answer within 0.1 s') as string,
    });
  });

  it('tries again after a connection that was cut or refused', async () => {
    const sink = await sinkOf('cut');
    expect(await send(type, sink.url)).toMatchObject({ ok: false, retriable: true });
    await sink.close();
    expect(await send(type, sink.url)).toMatchObject({
      ok: false,
      retriable: true,
      error: expect.stringContaining('ECONNREFUSED') as string,
    });
  });

  it('reads no more of an answer than it needs', async () => {
    const sink = await sinkOf('endless');
    const outcome = await send(type, sink.url);
    expect(outcome.ok ? outcome.detail.length : outcome.error.length).toBeLessThan(500);
    expect(sink.sentBytes()).toBeLessThan(ANSWER_MAX_BYTES + 8_388_608);
  });

  it('goes to no private address when only public ones are allowed, and never to one of metadata', async () => {
    const sink = await sinkOf({ body: taken[type] });
    for (const url of [
      sink.url,
      sink.url.replace('127.0.0.1', 'localhost'),
      sink.url.replace('127.0.0.1', '[::ffff:127.0.0.1]'),
      sink.url.replace('127.0.0.1', '2130706433'),
      'http://10.0.0.1/x',
    ]) {
      expect(await send(type, url, { outbound: 'public' }), url).toMatchObject({
        ok: false,
        retriable: false,
        error: expect.stringContaining('not allowed') as string,
      });
    }
    for (const url of [
      'http://169.254.169.254/latest/meta-data',
      'http://[fe80::1]/',
      'http://0/',
      'http://[::ffff:a9fe:a9fe]/',
    ]) {
      expect(await send(type, url), url).toMatchObject({ ok: false, retriable: false });
    }
    expect(sink.received).toEqual([]);
  });

  it('keeps its secrets out of words that others read', async () => {
    const sink = await sinkOf({
      status: 404,
      body: `Cannot POST /robot/send?access_token=${hookToken} with ${secret}`,
    });
    const outcome = await send(type, sink.url);
    expect(JSON.stringify(outcome)).not.toContain(hookToken);
    expect(JSON.stringify(outcome)).not.toContain(secret);
    sink.answerWith({ body: `${taken[type]} ${hookToken}` });
    expect(JSON.stringify(await send(type, sink.url))).not.toContain(hookToken);
  });
});

it('does not repeat what a server of another kind says', async () => {
  const banner = createServer((socket) => {
    socket.on('error', () => undefined).resume();
    socket.end('SSH-2.0-OpenSSH_9.9 secret-banner\r\n');
  });
  await new Promise<void>((resolve) => banner.listen(0, '127.0.0.1', () => resolve()));
  const { port } = banner.address() as AddressInfo;
  const outcome = await send('webhook', `http://127.0.0.1:${String(port)}/`);
  expect(outcome).toMatchObject({
    ok: false,
    error: expect.stringContaining('the answer is not HTTP') as string,
  });
  expect(JSON.stringify(outcome)).not.toContain('SSH');
  await new Promise((resolve) => banner.close(resolve));
});

it('says that an address cannot be read when its seal cannot be opened', async () => {
  const type = channelTypes['slack'];
  const channel: StoredChannel = {
    ...{ id: 'c', name: 'hook', type: 'slack', settings: {}, secret: {}, enabled: true },
    ...{ createdAt: new Date(0), updatedAt: new Date(0) },
  };
  expect(type?.recipients(channel)).toEqual(['c']);
  expect(await type?.send(channel, message, context)).toMatchObject({ ok: false, retriable: true });
});

it('signs in with what stands before the @ of an address', async () => {
  const sink = await sinkOf({});
  await send('webhook', sink.url.replace('http://', 'http://ann:p%40ss@'));
  expect(sink.received[0]?.headers.authorization).toBe(`Basic ${Buffer.from('ann:p@ss').toString('base64')}`);
});

describe('TLS', () => {
  const tls = selfSigned();

  it('is checked against the name, and the connection goes to the address', async () => {
    const sink = await sinkOf({ body: 'ok' }, { tls });
    const url = `https://localhost:${String(sink.port)}/services/x`;
    expect(await send('slack', url, { trustedCa: tls.cert })).toMatchObject({ ok: true });
    expect(sink.received[0]?.headers.host).toBe(`localhost:${String(sink.port)}`);
    expect(await send('slack', sink.url, { trustedCa: tls.cert })).toMatchObject({ ok: true });
  });

  it('with a certificate that nobody vouches for gets nothing', async () => {
    const sink = await sinkOf({ body: 'ok' }, { tls });
    expect(await send('slack', sink.url)).toMatchObject({
      ok: false,
      retriable: true,
      error: expect.stringContaining('self-signed certificate') as string,
    });
    expect(sink.received).toEqual([]);
  });

  it('with a certificate for another name gets nothing', async () => {
    const sink = await sinkOf({ body: 'ok' }, { tls, host: '127.0.0.2' });
    const url = `https://127.0.0.2:${String(sink.port)}/services/x`;
    expect(await send('slack', url, { trustedCa: tls.cert })).toMatchObject({
      ok: false,
      error: expect.stringContaining("does not match certificate's altnames") as string,
    });
    expect(sink.received).toEqual([]);
  });
});
