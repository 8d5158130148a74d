/** Test support: a real SMTP server on a free port that keeps what it takes, and misbehaves on request. */
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  readonly to: readonly string[];
  readonly headers: string;
  /** The plain text part. */
  readonly text: string;
  readonly raw: string;
  readonly messageId: string;
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

export async function startMailSink(port = 0): Promise<MailSink> {
  const mails: ReceivedMail[] = [];
  const waiting: ((mail: ReceivedMail) => void)[] = [];
  let taken = 0;
  let refusal: { readonly code: number; readonly text: string } | null = null;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (refusal !== null) {
          done(Object.assign(new Error(refusal.text), { responseCode: refusal.code }));
          return;
        }
        const mail = parse(
          Buffer.concat(chunks).toString('utf8'),
          session.envelope.rcptTo.map(({ address }) => address),
        );
        mails.push(mail);
        waiting.shift()?.(mail);
        done();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  const { port: bound } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${String(bound)}`,
    port: bound,
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

function parse(raw: string, to: readonly string[]): ReceivedMail {
  const end = raw.indexOf('\r\n\r\n');
  const headers = raw
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .replace(/\r\n/g, '\n');
  const plain = /Content-Type: text\/plain[\s\S]*?\r\n\r\n([\s\S]*?)\r\n--/.exec(raw)?.[1] ?? raw.slice(end);
  const unfolded = plain
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_whole, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  const text = /Content-Transfer-Encoding: base64/i.test(raw)
    ? Buffer.from(plain, 'base64').toString('utf8')
    : unfolded;
  return { to, headers, text, raw, messageId: /^Message-ID: (.*)$/im.exec(headers)?.[1] ?? '' };
}
