/**
 * Reads the answers of a lag round with nothing between the bytes and the numbers: what any program that watches has to do at
 * least. Each function is one API in one version, all of them in the compact encoding.
 */
export const bareVersions = {
  metadata: 12,
  listGroups: 4,
  describeGroups: 5,
  offsetFetch: 8,
  listOffsets: 7,
};

class Bytes {
  readonly #buffer: Buffer;
  position = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  skip(bytes: number): void {
    this.position += bytes;
  }
  int16(): number {
    this.position += 2;
    return this.#buffer.readInt16BE(this.position - 2);
  }
  int32(): number {
    this.position += 4;
    return this.#buffer.readInt32BE(this.position - 4);
  }
  int64(): number {
    this.position += 8;
    const [high, low] = [
      this.#buffer.readInt32BE(this.position - 8),
      this.#buffer.readUInt32BE(this.position - 4),
    ];
    return high * 2 ** 32 + low;
  }
  uvarint(): number {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = this.#buffer[this.position++] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
  }
  /** Of a list, a string or bytes; -1 is null. */
  length(): number {
    return this.uvarint() - 1;
  }
  text(): string {
    const length = this.length();
    if (length <= 0) return '';
    this.position += length;
    return this.#buffer.toString('utf8', this.position - length, this.position);
  }
  skipText(): void {
    const length = this.length();
    this.skip(Math.max(0, length));
  }
  int32s(): number[] {
    return Array.from({ length: Math.max(0, this.length()) }, () => this.int32());
  }
  tags(): void {
    for (let left = this.uvarint(); left > 0; left--) {
      this.uvarint();
      this.skip(this.uvarint());
    }
  }
  each(read: () => void): void {
    for (let left = this.length(); left > 0; left--) {
      read();
      this.tags();
    }
  }
}

/** Behind the correlation id and the tags of the header. */
function bodyOf(frame: Buffer): Bytes {
  const bytes = new Bytes(frame);
  bytes.skip(4);
  bytes.tags();
  bytes.int32();
  return bytes;
}

export interface BareCluster {
  readonly brokers: readonly { readonly id: number; readonly host: string; readonly port: number }[];
  /** By leader, then by topic. */
  readonly led: ReadonlyMap<number, ReadonlyMap<string, readonly number[]>>;
}

export function readMetadata(frame: Buffer): BareCluster {
  const bytes = bodyOf(frame);
  const brokers: { id: number; host: string; port: number }[] = [];
  const led = new Map<number, Map<string, number[]>>();
  bytes.each(() => {
    brokers.push({ id: bytes.int32(), host: bytes.text(), port: bytes.int32() });
    bytes.skipText();
  });
  bytes.skipText();
  bytes.int32();
  bytes.each(() => {
    bytes.int16();
    const name = bytes.text();
    bytes.skip(17);
    bytes.each(() => {
      bytes.int16();
      const partition = bytes.int32();
      const leader = bytes.int32();
      bytes.int32();
      for (let list = 0; list < 3; list++) bytes.int32s();
      let topics = led.get(leader);
      if (topics === undefined) led.set(leader, (topics = new Map<string, number[]>()));
      const partitions = topics.get(name);
      if (partitions === undefined) topics.set(name, [partition]);
      else partitions.push(partition);
    });
    bytes.int32();
  });
  return { brokers, led };
}

export function readGroupIds(frame: Buffer): string[] {
  const bytes = bodyOf(frame);
  bytes.int16();
  const ids: string[] = [];
  bytes.each(() => {
    ids.push(bytes.text());
    bytes.skipText();
    bytes.skipText();
  });
  return ids;
}

export function readDescriptions(frame: Buffer): Map<string, number> {
  const bytes = bodyOf(frame);
  const members = new Map<string, number>();
  bytes.each(() => {
    bytes.int16();
    const id = bytes.text();
    for (let field = 0; field < 3; field++) bytes.skipText();
    let count = 0;
    bytes.each(() => {
      count++;
      bytes.text();
      bytes.skipText();
      bytes.text();
      bytes.text();
      bytes.skipText();
      bytes.skipText();
    });
    bytes.int32();
    members.set(id, count);
  });
  return members;
}

export type OffsetsByTopic = Map<string, number[]>;

export function readCommitted(frame: Buffer): Map<string, OffsetsByTopic> {
  const bytes = bodyOf(frame);
  const groups = new Map<string, OffsetsByTopic>();
  bytes.each(() => {
    const topics: OffsetsByTopic = new Map();
    groups.set(bytes.text(), topics);
    bytes.each(() => {
      const offsets: number[] = [];
      topics.set(bytes.text(), offsets);
      bytes.each(() => {
        const partition = bytes.int32();
        offsets[partition] = bytes.int64();
        bytes.int32();
        bytes.skipText();
        bytes.int16();
      });
    });
    bytes.int16();
  });
  return groups;
}

export function readEnds(frame: Buffer, ends: OffsetsByTopic): void {
  const bytes = bodyOf(frame);
  bytes.each(() => {
    const name = bytes.text();
    let offsets = ends.get(name);
    if (offsets === undefined) ends.set(name, (offsets = []));
    bytes.each(() => {
      const partition = bytes.int32();
      bytes.skip(10);
      offsets[partition] = bytes.int64();
      bytes.int32();
    });
  });
}
