/**
 * Frames that no client sends. A real broker process is attacked while a control client keeps asking; the broker must
 * close the offender, serve the control client throughout, and stay within its memory.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiKey } from '../../protocol/api-keys.ts';
import { apiVersionsRequest, apiVersionsResponse } from '../../protocol/messages/18-api-versions.ts';
import { clientApis } from '../apis/table.ts';
import { type BrokerProcess, startBrokerProcess, temporaryDirectory } from './broker-process.ts';
import { RawClient, lengthPrefixed, requestBytes } from './raw-client.ts';
import { sampleRequests } from './sample-requests.ts';

const MIB = 1_048_576;
/** Connections at once. */
const BATCH = 40;
/** More than Apache Kafka's 50, fewer than macOS lets wait. */
const WAITING = 100;
const directory = temporaryDirectory();
let broker: BrokerProcess;
let control: RawClient;
beforeAll(async () => {
  broker = await startBrokerProcess(directory.path, ['aquila.request.read.timeout.ms=1000']);
  control = await RawClient.connect(broker.port);
});
afterAll(async () => {
  control.close();
  await broker.end('SIGKILL');
  directory.remove();
});

async function controlIsServed(): Promise<void> {
  const answer = await control.request(apiVersionsRequest, apiVersionsResponse, 0, {});
  expect(answer.apiKeys).toHaveLength(clientApis.size);
}

/** Sends the bytes on a connection of their own and says whether the broker closed it without an answer. */
async function isRefused(bytes: Uint8Array): Promise<boolean> {
  const client = await RawClient.connect(broker.port);
  client.send(bytes);
  const closed = await client.untilClosed();
  const silent = client.receivedBytes === 0;
  client.close();
  return closed && silent;
}

async function inBatches<Item>(
  items: readonly Item[],
  size: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < items.length; from += size) {
    await Promise.all(items.slice(from, from + size).map(work));
    await controlIsServed();
  }
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

describe('connections', () => {
  it('that come while the broker is busy are held for it, a hundred and more', async () => {
    const { pid } = broker.child;
    if (pid === undefined) throw new Error('the broker has no process');
    process.kill(pid, 'SIGSTOP');
    let clients: RawClient[];
    try {
      clients = await Promise.all(Array.from({ length: WAITING }, () => RawClient.connect(broker.port)));
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    for (const client of clients) {
      const answer = await client.request(apiVersionsRequest, apiVersionsResponse, 0, {});
      expect(answer.apiKeys).toHaveLength(clientApis.size);
      client.close();
    }
  });
});

describe('frames', () => {
  it('of impossible length close at once and cost nothing', async () => {
    const before = broker.residentBytes();
    const lengths = [-1, -2_147_483_648, 0, 3, 104_857_601, 2_147_483_647];
    const starts = [
      ...lengths.map(int32),
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.from('160301020001000', 'hex'),
    ];
    const attempts = Array.from(
      { length: 400 },
      (_unused, index) => starts[index % starts.length] ?? int32(-1),
    );
    await inBatches(attempts, BATCH, async (bytes) => expect(await isRefused(bytes)).toBe(true));
    expect(broker.residentBytes() - before).toBeLessThan(24 * MIB);
  });

  it('announced long but not sent are not given memory, and end at their deadline', async () => {
    const before = broker.residentBytes();
    const clients: RawClient[] = [];
    await inBatches(Array.from({ length: 500 }), BATCH, async () => {
      const client = await RawClient.connect(broker.port);
      client.send(Buffer.concat([int32(104_857_600), Buffer.alloc(1)]));
      clients.push(client);
    });
    await controlIsServed();
    expect(broker.residentBytes() - before).toBeLessThan(64 * MIB);
    for (const client of clients) expect(await client.untilClosed()).toBe(true);
    await controlIsServed();
  });
});

describe('headers', () => {
  it('with an unknown key or version close the connection', async () => {
    const bodies: [number, number][] = [-1, 4, 7, 9_999, 32_767].map((key) => [key, 0]);
    for (const { request, maxVersion } of clientApis.values()) {
      if (request.apiKey === ApiKey.ApiVersions) continue;
      bodies.push([request.apiKey, -1], [request.apiKey, maxVersion + 1], [request.apiKey, 32_767]);
    }
    await inBatches(bodies, BATCH, async ([key, version]) => {
      const body = Buffer.alloc(64);
      body.writeInt16BE(key);
      body.writeInt16BE(version, 2);
      expect(await isRefused(lengthPrefixed(body)), `key ${String(key)} version ${String(version)}`).toBe(
        true,
      );
    });
  });

  it.each([-1, 5, 32_767])(
    'ApiVersions at version %d is answered as version 0, byte for byte',
    async (version) => {
      const client = await RawClient.connect(broker.port);
      const body = Buffer.alloc(20);
      body.writeInt16BE(ApiKey.ApiVersions);
      body.writeInt16BE(version, 2);
      body.writeInt32BE(77, 4);
      client.send(lengthPrefixed(body));
      const answer = await client.nextFrame();
      expect(answer?.toString('hex')).toBe('0000004d' + '0023' + '00000001' + '001200000004');
      client.close();
    },
  );

  it('with millions of tagged fields are refused quickly', async () => {
    const before = broker.residentBytes();
    const prefix = Buffer.from([0, 18, 0, 3, 0, 0, 0, 1, 0xff, 0xff, 0x80, 0x80, 0x80, 0x04]);
    const tags = Buffer.alloc(8 * MIB);
    expect(await isRefused(lengthPrefixed(Buffer.concat([prefix, tags])))).toBe(true);
    await controlIsServed();
    expect(broker.residentBytes() - before).toBeLessThan(48 * MIB);
  });
});

describe('bodies', () => {
  it('of every API and version, cut at each byte, close the connection and nothing else', async () => {
    const cuts: Buffer[] = [];
    for (const { bytes } of sampleRequests()) {
      // Shorter than eight bytes is an impossible length already.
      for (let length = 8; length < bytes.length; length += 1) cuts.push(bytes.subarray(0, length));
    }
    expect(cuts.length).toBeGreaterThan(3_000);
    await inBatches(cuts, BATCH, async (bytes) => {
      expect(await isRefused(lengthPrefixed(bytes)), bytes.toString('hex')).toBe(true);
    });
  });

  it('with array counts and lengths beyond their bytes are refused without being given memory', async () => {
    const before = broker.residentBytes();
    const frames: Buffer[] = [];
    for (const { bytes } of sampleRequests()) {
      for (let position = 10; position + 4 <= bytes.length; position += 3) {
        const huge = Buffer.from(bytes);
        huge.writeInt32BE(0x7fffffff, position);
        const negative = Buffer.from(bytes);
        negative.writeInt32BE(-2, position);
        frames.push(huge, negative);
      }
    }
    await inBatches(frames, BATCH, sendAndForget);
    expect(broker.residentBytes() - before).toBeLessThan(128 * MIB);
  });

  it('mutated at random crash nothing', async () => {
    const samples = [...sampleRequests()];
    const mutation = fc.record({
      sample: fc.nat(samples.length - 1),
      edits: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 }),
      tail: fc.uint8Array({ maxLength: 12 }),
    });
    const frames = fc
      .sample(mutation, { numRuns: 3_000, seed: 20_261_121 })
      .map(({ sample, edits, tail }) => {
        const bytes = Buffer.concat([samples[sample]?.bytes ?? Buffer.alloc(8), tail]);
        // The key stays: mutating it only tests the unknown key again.
        for (const [place, value] of edits) bytes[2 + (place % (bytes.length - 2))] = value;
        return bytes;
      });
    await inBatches(frames, BATCH, sendAndForget);
    expect(broker.child.exitCode).toBeNull();
    expect(broker.output()).not.toContain('after a failure of the broker');
  });
});

/** The broker may answer, close or wait: it only has to live. */
async function sendAndForget(bytes: Buffer): Promise<void> {
  const client = await RawClient.connect(broker.port);
  client.send(lengthPrefixed(bytes));
  await client.nextFrame(20);
  client.close();
}

describe('a client that does not read', () => {
  it('is held to its buffer while others are served', async () => {
    const before = broker.residentBytes();
    const slow = await RawClient.connect(broker.port);
    slow.socket.pause();
    const request = lengthPrefixed(requestBytes(apiVersionsRequest, 2, {}));
    const many = Buffer.concat(Array.from({ length: 10_000 }, () => request));
    for (let round = 0; round < 40; round += 1) slow.send(many);
    for (let round = 0; round < 200; round += 1) await controlIsServed();
    expect(broker.residentBytes() - before).toBeLessThan(64 * MIB);
    slow.close();
  });
});
