/**
 * Test support: one address of a mail server that can be dead and come back, without anybody else getting its port meanwhile.
 * Dead, it cuts every connection; alive, it leads to the mail sink. It can be told to call somebody when the server is about to
 * say that it took a mail, or has just said so.
 */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { startMailSink, type ReceivedMail } from '../../alerting/testing/mail-sink.ts';

export interface MailGate {
  readonly url: string;
  readonly mails: readonly ReceivedMail[];
  /** Connections that found it dead. */
  readonly turnedAway: () => number;
  setAlive(alive: boolean): void;
  /** Once, when the next mail was taken: before its sender hears of it. */
  beforeAnswer(run: () => Promise<void>): void;
  close(): Promise<void>;
}

export async function openMailGate(): Promise<MailGate> {
  const sink = await startMailSink();
  const sockets = new Set<Socket>();
  let isAlive = true;
  let turnedAway = 0;
  let run: (() => Promise<void>) | null = null;
  const server = createServer((client) => {
    client.on('error', () => undefined);
    if (!isAlive) {
      turnedAway++;
      client.destroy();
      return;
    }
    const upstream = connect(sink.port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    upstream.on('error', () => undefined);
    client.pipe(upstream);
    let taken = sink.mails.length;
    upstream.on('data', (answer: Buffer) => {
      const before = sink.mails.length > taken ? run : null;
      taken = sink.mails.length;
      if (before === null) {
        client.write(answer);
        return;
      }
      run = null;
      void before().finally(() => client.write(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return {
    url: `smtp://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    mails: sink.mails,
    turnedAway: () => turnedAway,
    setAlive: (alive) => {
      isAlive = alive;
    },
    beforeAnswer: (then) => {
      run = then;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await sink.close();
    },
  };
}

export interface Told {
  readonly group: string;
  readonly kind: 'firing' | 'resolved';
  readonly messageId: string;
}

/** What mails say, in their order; a mail that came again under its Message-ID counts once. */
export function toldBy(mails: readonly ReceivedMail[]): Told[] {
  const seen = new Set<string>();
  return mails.flatMap((mail) => {
    if (seen.has(mail.messageId)) return [];
    seen.add(mail.messageId);
    const subject = /^Subject: (.*)$/m.exec(mail.headers)?.[1] ?? '';
    const single = /^\[Aquila (P\d|Recovered)\] (\S+): /.exec(subject);
    const lines = [...mail.text.matchAll(/^- \[P\d\] (\S+): (.*)$/gm)];
    const items =
      single === null
        ? lines.map(([, group = '', words = '']) => [group, /recovered/i.test(words)] as const)
        : [[single[2] ?? '', single[1] === 'Recovered'] as const];
    return items.map(([group, isOver]): Told => ({
      group,
      kind: isOver ? 'resolved' : 'firing',
      messageId: mail.messageId,
    }));
  });
}
