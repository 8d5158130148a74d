/**
 * A client that sends what no client sends: lengths that cannot be or are not kept, requests that are cut, changed or claim
 * more than they have, records that grow without end, answers that nobody reads. Drawn from a seed, for as long as it is asked.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { batchAround } from '../../broker/integration/produce-cases.ts';
import { lengthPrefixed, RawClient, requestBytes } from '../../broker/integration/raw-client.ts';
import { sampleRequests } from '../../broker/integration/sample-requests.ts';
import type { SeededRandom } from '../../broker/platform/memory/memory-time.ts';
import { ApiKey } from '../../protocol/api-keys.ts';
import { produceRequest } from '../../protocol/messages/00-produce.ts';
import { apiVersionsRequest } from '../../protocol/messages/18-api-versions.ts';
import { compress } from '../../protocol/records/compression.ts';

const MEBIBYTE = 1_048_576;
const LENGTHS = [-1, -2_147_483_648, 0, 3, 104_857_601, 2_147_483_647];
const ANNOUNCED = 104_857_600;
const HELD_MS = 1_000;
const ANSWER_MS = 50;
const UNREAD_REQUESTS = 20_000;
const CODECS = ['gzip', 'snappy', 'lz4', 'zstd'] as const;

/** Changed a little these may still be right, and then do what an operator may wish for but no test that counts on its cluster. */
const COMMANDS = new Set<number>([
  ...[ApiKey.CreateTopics, ApiKey.CreatePartitions, ApiKey.UpdateFeatures],
  ...[ApiKey.UnregisterBroker, ApiKey.AddRaftVoter, ApiKey.RemoveRaftVoter],
]);

const samples = [...sampleRequests()];
const changeable = samples.filter(({ handler }) => !COMMANDS.has(handler.request.apiKey));

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export class HostileClient {
  readonly #random: SeededRandom;
  readonly #ports: readonly number[];
  readonly #topic: string;
  readonly #bombs: readonly Buffer[];
  /** How many there are. */
  static readonly kinds = 10;
  /** Attacks by kind. */
  readonly tally: Record<string, number> = {};
  #isOver = false;

  /** `topic` is written to with what must not be stored. */
  constructor(random: SeededRandom, ports: readonly number[], topic: string) {
    this.#random = random;
    this.#ports = ports;
    this.#topic = topic;
    const zeros = Buffer.alloc(72 * MEBIBYTE);
    this.#bombs = CODECS.flatMap((codec) => {
      const section = compress(codec, zeros);
      return [batchAround(section, { codec }), batchAround(section, { codec, count: 2 ** 31 - 1 })];
    });
  }

  /** Resolves once it was told to end. Connections that break are what it wants; one that cannot be made is a failure. */
  async attack(): Promise<void> {
    const kinds = Object.entries({
      length: () => this.#once(int32(this.#one(LENGTHS))),
      noise: () => this.#once(lengthPrefixed(this.#noise(8 + this.#random.below(500)))),
      cut: () => this.#once(lengthPrefixed(this.#cut())),
      changed: () => this.#once(lengthPrefixed(this.#changed())),
      claiming: () => this.#once(lengthPrefixed(this.#claiming())),
      announced: () => this.#once(Buffer.concat([int32(ANNOUNCED), this.#noise(1)]), HELD_MS),
      tags: () => this.#once(lengthPrefixed(tagged())),
      bomb: () => this.#once(this.#bomb(), HELD_MS),
      unread: () => this.#unread(),
      gone: () => this.#gone(),
    });
    while (!this.#isOver) {
      const [kind, act] = this.#one(kinds);
      this.tally[kind] = (this.tally[kind] ?? 0) + 1;
      await act();
    }
  }

  end(): void {
    this.#isOver = true;
  }

  #one<Item>(items: readonly Item[]): Item {
    const item = items[this.#random.below(items.length)];
    if (item === undefined) throw new Error('nothing to choose from');
    return item;
  }

  #connect(): Promise<RawClient> {
    return RawClient.connect(this.#one(this.#ports));
  }

  async #once(bytes: Buffer, waitMs = ANSWER_MS): Promise<void> {
    const client = await this.#connect();
    client.send(bytes);
    await client.nextFrame(waitMs);
    client.close();
  }

  #noise(bytes: number): Buffer {
    return Buffer.from(Array.from({ length: bytes }, () => this.#random.below(256)));
  }

  #cut(): Buffer {
    const { bytes } = this.#one(samples);
    return bytes.subarray(0, 8 + this.#random.below(bytes.length - 8));
  }

  /** The key stays. */
  #changed(): Buffer {
    const bytes = Buffer.concat([this.#one(changeable).bytes, this.#noise(this.#random.below(12))]);
    for (let edits = 1 + this.#random.below(6); edits > 0; edits -= 1)
      bytes[2 + this.#random.below(bytes.length - 2)] = this.#random.below(256);
    return bytes;
  }

  #claiming(): Buffer {
    const bytes = Buffer.from(this.#one(changeable).bytes);
    const position = 4 + this.#random.below(Math.max(1, bytes.length - 8));
    bytes.writeInt32BE(this.#one([0x7fffffff, -2, 0x00ffffff]), position);
    return bytes;
  }

  #bomb(): Buffer {
    const partitionData = [{ index: 0, records: this.#one(this.#bombs) }];
    const topicData = [{ name: this.#topic, partitionData }];
    return lengthPrefixed(requestBytes(produceRequest, 9, { acks: -1, timeoutMs: 5_000, topicData }));
  }

  async #unread(): Promise<void> {
    const client = await this.#connect();
    client.socket.pause();
    const request = lengthPrefixed(requestBytes(apiVersionsRequest, 2, {}));
    client.send(Buffer.concat(Array.from({ length: UNREAD_REQUESTS }, () => request)));
    await pause(HELD_MS);
    client.close();
  }

  /** Connections that are reset as soon as they are there. */
  async #gone(): Promise<void> {
    const clients = await Promise.all(Array.from({ length: 20 }, () => this.#connect()));
    for (const { socket } of clients) socket.resetAndDestroy();
  }
}

/** ApiVersions with a billion tagged fields, of which a mebibyte comes. */
function tagged(): Buffer {
  const header = Buffer.from([0, 18, 0, 3, 0, 0, 0, 1, 0xff, 0xff, 0x80, 0x80, 0x80, 0x04]);
  return Buffer.concat([header, Buffer.alloc(MEBIBYTE)]);
}
