/** Mails against real SMTP servers: whom they reach, what is in them, and over what kind of connection. */
import { inflateSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { selfSigned } from '../../../kafka-client/testing/self-signed.ts';
import type { Notice } from '../notice.ts';
import { startMailSink, type MailSink, type MailSinkOptions } from '../testing/mail-sink.ts';
import { chartOf, hostileNames, noticeOf } from '../testing/notices.ts';
import type { SendOutcome } from './channel-type.ts';
import { emailChannel, requiresStartTls } from './email.ts';

const certificate = selfSigned();
const sinks: MailSink[] = [];
afterEach(async () => {
  for (const sink of sinks.splice(0)) await sink.close();
});

async function sinkOf(options: MailSinkOptions = {}): Promise<MailSink> {
  const sink = await startMailSink(options);
  sinks.push(sink);
  return sink;
}

interface Changes {
  readonly url: string;
  readonly to?: readonly string[];
  readonly startTls?: 'required' | 'optional';
  readonly notices?: readonly Notice[];
}

function send({
  url,
  to = ['ops@example.com'],
  startTls,
  notices = [noticeOf()],
}: Changes): Promise<SendOutcome> {
  const settings = { from: 'aquila@example.com', to, startTls: startTls ?? null };
  const channel = {
    ...{ id: 'c', name: 'mail', type: 'email', settings, secret: { url }, enabled: true },
    ...{ createdAt: new Date(0), updatedAt: new Date(0) },
  };
  const message = { notices, messageId: '<aquila.1@example.com>', atMs: 0, attemptAtMs: 0 };
  const context = {
    outbound: 'private',
    smtpUrl: null,
    mailFrom: null,
    publicUrl: 'http://console.test',
  } as const;
  return emailChannel.send(channel, message, context);
}

const signedIn = (url: string, password: string): string => url.replace('://', `://robot:${password}@`);

describe('a mail', () => {
  it('reaches all recipients at once, and says who was refused', async () => {
    const sink = await sinkOf({ unknown: ['gone@example.com'] });
    const to = ['a@example.com', 'gone@example.com', 'b@example.com'];
    const outcome = await send({ url: sink.url, to });
    expect(outcome).toMatchObject({ ok: true, note: 'The mail server refused gone@example.com.' });
    expect(sink.mails.map((mail) => mail.to)).toEqual([['a@example.com', 'b@example.com']]);
    expect(sink.mails[0]?.headers).toContain('To: a@example.com, gone@example.com, b@example.com');
  });

  it('has text, HTML and the picture inside, as programs that read mail expect it', async () => {
    const sink = await sinkOf();
    await send({ url: sink.url, notices: [noticeOf({ chart: chartOf() })] });
    const { raw = '', headers = '', text = '' } = sink.mails[0] ?? {};
    expect(headers).toMatch(/Content-Type: multipart\/alternative/);
    expect(text).toContain('Lag:       12,345 records');
    const [plain, related, html, picture] = [
      'Content-Type: text/plain',
      'Content-Type: multipart/related; type="text/html"',
      'Content-Type: text/html',
      'Content-Type: image/png',
    ].map((part) => raw.indexOf(part));
    expect([plain, related, html, picture].every((at) => at !== undefined && at > 0)).toBe(true);
    expect([plain, related, html, picture]).toEqual(
      [plain, related, html, picture].sort((a = 0, b = 0) => a - b),
    );
    expect(raw).toContain('Content-ID: <chart1@aquila>');
    expect(raw.replace(/=\r\n/g, '')).toContain('src=3D"cid:chart1@aquila"');
    expect(raw).toMatch(/Content-Disposition: inline; filename=chart-1\.png/);
    const [, base64 = ''] =
      /Content-ID: <chart1@aquila>[\s\S]*?\r\n\r\n([A-Za-z0-9+/=\r\n]+)\r\n--/.exec(raw) ?? [];
    const png = Buffer.from(base64, 'base64');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1_120, 360]);
    const at = png.indexOf('IDAT');
    expect(inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4))).length).toBe(
      360 * (1_120 * 3 + 1),
    );
  });

  it.each(hostileNames)('about %j has the headers of any other', async (name) => {
    const sink = await sinkOf();
    await send({ url: sink.url, notices: [noticeOf()] });
    await send({ url: sink.url, notices: [noticeOf({ group: name, ruleName: name, reason: name })] });
    const [plain, hostile] = sink.mails;
    const names = (mail: typeof plain) => mail?.headers.split('\n').map((line) => line.split(':')[0]);
    expect(names(hostile)).toEqual(names(plain));
    expect(hostile?.to).toEqual(['ops@example.com']);
  });
});

describe('STARTTLS', () => {
  it('is used where it is offered', async () => {
    const sink = await sinkOf({ tls: { certificate, from: 'starttls' } });
    expect(await send({ url: sink.url })).toMatchObject({ ok: true });
    expect(await send({ url: sink.url, startTls: 'required' })).toMatchObject({ ok: true });
    expect(sink.mails.map(({ isSecure }) => isSecure)).toEqual([true, true]);
  });

  it('that is required and not offered sends nothing, and may be there later', async () => {
    const sink = await sinkOf({ password: 's3cret' });
    const outcome = await send({ url: signedIn(sink.url, 's3cret'), startTls: 'required' });
    expect(outcome).toMatchObject({ ok: false, retriable: true });
    expect(JSON.stringify(outcome)).not.toContain('s3cret');
    expect(sink.mails).toEqual([]);
    expect(await send({ url: sink.url, startTls: 'optional' })).toMatchObject({ ok: true });
    expect(sink.mails.map(({ isSecure }) => isSecure)).toEqual([false]);
  });

  it.each([
    ['smtp://mail.example', null, '192.0.2.1', false],
    ['smtp://robot:pw@mail.example', null, '192.0.2.1', true],
    ['smtp://robot:pw@mail.example', 'optional', '192.0.2.1', false],
    ['smtp://mail.example', 'required', '192.0.2.1', true],
    ['smtp://robot:pw@localhost', null, '127.0.0.1', false],
    ['smtp://robot:pw@localhost', null, '::ffff:127.0.0.1', false],
    ['smtp://robot:pw@localhost', 'required', '::1', true],
    ['smtps://robot:pw@mail.example', 'required', '192.0.2.1', false],
  ] as const)('%s with %s at %s: required is %s', (url, startTls, address, expected) => {
    expect(requiresStartTls(new URL(url), startTls, address)).toBe(expected);
  });
});

it('smtps:// is TLS from the first byte', async () => {
  const sink = await sinkOf({ tls: { certificate, from: 'first-byte' }, password: 's3cret' });
  expect(await send({ url: signedIn(sink.url, 's3cret') })).toMatchObject({ ok: true });
  expect(sink.mails).toMatchObject([{ isSecure: true, user: 'robot' }]);
});

it('a wrong password is told without it, and tried again', async () => {
  const sink = await sinkOf({ password: 's3cret' });
  const outcome = await send({ url: signedIn(sink.url, 'wr0ng') });
  expect(outcome).toMatchObject({
    ok: false,
    retriable: true,
    error: expect.stringContaining('535') as string,
  });
  expect(JSON.stringify(outcome)).not.toContain('wr0ng');
});
