/** Test support: a real SMTP server on a free port that keeps what it takes, and misbehaves on request. */
import { SMTPServer } from 'smtp-server';
import { freePort } from '../../../scripts/testing/free-ports.ts';
import type { SelfSigned } from '../../../kafka-client/testing/self-signed.ts';

export interface ReceivedMail {
  readonly to: readonly string[];
  readonly headers: string;
  /** The plain text part. */
  readonly text: string;
  readonly raw: string;
  readonly messageId: string;
  /** Whether it came over TLS. */
  readonly isSecure: boolean;
  /** Who signed in. */
  readonly user: string | null;
}

export interface MailSinkOptions {
  readonly port?: number;
  /** TLS from the first byte, or offered by STARTTLS; without, neither. */
  readonly tls?: { readonly certificate: SelfSigned; readonly from: 'first-byte' | 'starttls' };
  /** Anybody may sign in with it, on any connection. */
  readonly password?: string;
  /** Recipients that are refused. */
  readonly unknown?: readonly string[];
}

export interface MailSink {
  readonly url: string;
  readonly port: number;
  readonly mails: readonly ReceivedMail[];
  /** The next mail that was not asked for yet; waits for it. */
  next(): Promise<ReceivedMail>;
  /** What to answer to the end of DATA from now on; null takes the mail. */
  refuseWith(answer: { readonly code: number; readonly text: string } | null): void;
  close(): Promise<void>;
}

export async function startMailSink(options: MailSinkOptions = {}): Promise<MailSink> {
  const { port = await freePort(), tls, password, unknown = [] } = options;
  const mails: ReceivedMail[] = [];
  const waiting: ((mail: ReceivedMail) => void)[] = [];
  let taken = 0;
  let refusal: { readonly code: number; readonly text: string } | null = null;
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: [
      ...(password === undefined ? ['AUTH'] : []),
      ...(tls?.from === 'starttls' ? [] : ['STARTTLS']),
    ],
    ...(tls === undefined ? {} : { ...tls.certificate, secure: tls.from === 'first-byte' }),
    onAuth({ username, password: sent }, _session, done) {
      if (sent === password) done(null, { user: username });
      else done(Object.assign(new Error('wrong password'), { responseCode: 535 }));
    },
    onRcptTo({ address }, _session, done) {
      if (unknown.includes(address)) done(Object.assign(new Error('no such user'), { responseCode: 550 }));
      else done();
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (refusal !== null) {
          done(Object.assign(new Error(refusal.text), { responseCode: refusal.code }));
          return;
        }
        const mail = {
          ...parse(
            Buffer.concat(chunks).toString('utf8'),
            session.envelope.rcptTo.map(({ address }) => address),
          ),
          isSecure: session.secure,
          user: typeof session.user === 'string' ? session.user : null,
        };
        mails.push(mail);
        waiting.shift()?.(mail);
        done();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  return {
    url: `smtp${tls?.from === 'first-byte' ? 's' : ''}://127.0.0.1:${String(port)}`,
    port,
    mails,
    next: async () => {
      const known = mails[taken];
      taken++;
      return known ?? new Promise<ReceivedMail>((resolve) => waiting.push(resolve));
    },
    refuseWith: (answer) => {
      refusal = answer;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function parse(raw: string, to: readonly string[]): Omit<ReceivedMail, 'isSecure' | 'user'> {
  const end = raw.indexOf('\r\n\r\n');
  const headers = raw
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .replace(/\r\n/g, '\n');
  const [, partHeaders = '', plain = raw.slice(end)] =
    /(Content-Type: text\/plain[\s\S]*?)\r\n\r\n([\s\S]*?)\r\n--/.exec(raw) ?? [];
  const unfolded = plain
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_whole, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  const text = /Content-Transfer-Encoding: base64/i.test(partHeaders)
    ? Buffer.from(plain, 'base64').toString('utf8')
    : unfolded;
  return { to, headers, text, raw, messageId: /^Message-ID: (.*)$/im.exec(headers)?.[1] ?? '' };
}
