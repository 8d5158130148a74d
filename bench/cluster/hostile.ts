/**
 * What hostile bytes do to a client that behaves: connections that announce the largest request there may be and send
 * nothing of it, and a small batch that claims as many records as a batch can hold and unpacks to tens of millions.
 */
import { connect, type Socket } from 'node:net';
import { batchAround } from '../../broker/integration/produce-cases.ts';
import type { KafkaCluster } from '../../kafka-client/cluster.ts';
import { compress } from '../../protocol/records/compression.ts';
import { median } from '../figure.ts';
import { batchOf, connectTo, describe, makeTopic, produceTo } from './direct-client.ts';
import { pause, type Part } from './run.ts';

const announcing = 50;
/** socket.request.max.bytes of both, unless set. */
const announcedBytes = 104_857_600;
const watchedMs = 5_000;
const betweenMs = 5;
/** A client that waits longer has given up. */
const patienceMs = 15_000;
const mostRecords = 2 ** 31 - 1;
const bombBytes = 16_384;

/** Sends record after record to one partition until it is ended, and keeps how long each took. */
class GoodClient {
  readonly #times: number[] = [];
  readonly #done: Promise<void>;
  #isOver = false;
  #failure: unknown = null;

  constructor(send: () => Promise<void>) {
    this.#done = this.#go(send);
  }

  /** Milliseconds of each send since the last time this was asked. Throws when one has failed. */
  async taken(): Promise<number[]> {
    await pause(watchedMs);
    if (this.#failure !== null) throw this.#failure as Error;
    return this.#times.splice(0);
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#done;
  }

  async #go(send: () => Promise<void>): Promise<void> {
    try {
      while (!this.#isOver) {
        const began = performance.now();
        await send();
        this.#times.push(performance.now() - began);
        await pause(betweenMs);
      }
    } catch (error) {
      this.#failure = new Error('a client that behaves was not served', { cause: error });
    }
  }
}

interface Stage {
  readonly cluster: KafkaCluster;
  readonly client: GoodClient;
}

/** On a topic of its own, in whose partition 0 the client writes, for as long as `act` goes on. */
async function besideGoodClient(
  bootstrap: string,
  topic: string,
  act: (stage: Stage) => Promise<void>,
): Promise<void> {
  const cluster = connectTo(bootstrap, patienceMs);
  try {
    await makeTopic(cluster, { name: topic, partitions: 2, replicas: 1 });
    const leader = (await describe(cluster, topic))?.partitions[0]?.leader ?? 0;
    const batches = new Map([[0, batchOf([Buffer.alloc(100)])]]);
    const client = new GoodClient(() =>
      produceTo(cluster, leader, topic, batches, { timeoutMs: patienceMs }),
    );
    try {
      await client.taken();
      await act({ cluster, client });
    } finally {
      await client.end();
    }
  } finally {
    cluster.close();
  }
}

async function announce(bootstrap: string): Promise<Socket> {
  const [host, port] = bootstrap.split(':');
  const socket = connect({ host: host ?? '', port: Number(port) });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  // Who ends it, and when, is the broker's business.
  socket.on('error', () => undefined);
  const size = Buffer.alloc(4);
  size.writeInt32BE(announcedBytes);
  socket.write(size);
  return socket;
}

export const announcedRequests: Part = {
  name: 'hostile',
  figures: ['announcedWait', 'announcedMemory'],
  async measure({ subject, add }) {
    await besideGoodClient(subject.bootstrap, 'announced', async ({ client }) => {
      const before = median(await client.taken());
      const memoryBefore = subject.memoryMiB();
      const sockets = await Promise.all(
        Array.from({ length: announcing }, () => announce(subject.bootstrap)),
      );
      try {
        const during = median(await client.taken());
        const memory = subject.memoryMiB();
        add('announcedWait', during / before);
        add('announcedMemory', memory === null || memoryBefore === null ? null : memory - memoryBefore);
      } finally {
        for (const socket of sockets) socket.destroy();
      }
    });
  },
};

/** Records of seven bytes without key and value, as many as Zstandard gets into a batch of 16 KiB. */
function bomb(): Buffer {
  const record = Buffer.from('0c000000010100', 'hex');
  let fits: Buffer = Buffer.alloc(0);
  let count = 1_000_000;
  for (;;) {
    const packed = compress('zstd', Buffer.alloc(count * record.length, record));
    if (packed.length > bombBytes) break;
    fits = packed;
    count = Math.ceil(count * 1.25);
  }
  return batchAround(fits, { codec: 'zstd', count: mostRecords });
}

export const refusedBomb: Part = {
  name: 'hostile',
  figures: ['bombRefused', 'bombWait'],
  async measure({ subject, add }) {
    const topic = 'bombed';
    // Made before others are watched: it holds up this process.
    const batches = new Map([[1, bomb()]]);
    await besideGoodClient(subject.bootstrap, topic, async ({ cluster, client }) => {
      const before = Math.max(...(await client.taken()));
      const began = performance.now();
      const outcome = await produceTo(cluster, 0, topic, batches, { timeoutMs: patienceMs }).then(
        () => 'taken',
        (error: unknown) => String(error),
      );
      const refusedMs = performance.now() - began;
      const during = Math.max(...(await client.taken()));
      if (!/error \d+/.test(outcome)) throw new Error(`the batch was not refused: ${outcome}`);
      add('bombRefused', refusedMs);
      add('bombWait', during / before);
    });
  },
};
