/** A mail server that takes everything and delivers nothing: what the console sends can be read back. */
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface Mail {
  readonly to: readonly string[];
  /** Headers and body as they came over the wire. */
  readonly raw: string;
  readonly subject: string;
}

export interface MailSink {
  readonly url: string;
  readonly mails: readonly Mail[];
  close(): Promise<void>;
}

/** Quoted-printable soft breaks and folded headers undone: enough to look for words. */
function subjectOf(raw: string): string {
  return /^subject: ((?:.|\r?\n[ \t])*)/im.exec(raw)?.[1]?.replace(/\r?\n[ \t]/g, ' ') ?? '';
}

export async function startMailSink(): Promise<MailSink> {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks)
          .toString('utf8')
          .replace(/=\r?\n/g, '');
        mails.push({
          to: session.envelope.rcptTo.map(({ address }) => address),
          raw,
          subject: subjectOf(raw),
        });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
