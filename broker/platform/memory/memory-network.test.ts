/** The network in memory: what callers and servers see of each fault, in virtual time, and that a seed repeats itself. */
import { describe, expect, it } from 'vitest';
import {
  brokerHeartbeatRequest,
  brokerHeartbeatResponse,
} from '../../../protocol/messages/63-broker-heartbeat.ts';
import { readMessage } from '../../../protocol/schema/codec.ts';
import { decodeRequestHeader, encodeResponseFrame } from '../../../protocol/wire/framing.ts';
import { Reader } from '../../../protocol/wire/reader.ts';
import { type NodeConnection, type Transport, TransportError } from '../transport.ts';
import { MemoryNetwork, type ServedConnection, type ServeFrame } from './memory-network.ts';
import { MemoryTime, SeededRandom } from './memory-time.ts';

const api = { request: brokerHeartbeatRequest, response: brokerHeartbeatResponse };
const address = { host: 'b', port: 9092 };
const CALL_MS = 1000;

class Bench {
  readonly time = new MemoryTime(0);
  readonly network: MemoryNetwork;
  readonly served: bigint[] = [];
  readonly connections: ServedConnection[] = [];
  readonly a: Transport;
  stopListening: () => void = () => undefined;
  /** Between a request and its answer. */
  servingMs = 0;

  constructor(delay = { leastMs: 5, jitterMs: 0 }, seed = 1) {
    this.network = new MemoryNetwork({ time: this.time, random: new SeededRandom(seed), delay });
    this.a = this.network.transportOf('a');
    this.listen();
  }

  listen(): void {
    const serve: ServeFrame = (frame, connection) => {
      const { correlationId, bodyPosition } = decodeRequestHeader(frame);
      const { brokerEpoch } = readMessage(api.request, 1, new Reader(frame, bodyPosition));
      this.served.push(brokerEpoch);
      this.connections.push(connection);
      if (brokerEpoch < 0) throw new Error('refused');
      const answer = encodeResponseFrame(api.response, 1, correlationId, {
        isCaughtUp: brokerEpoch % 2n === 0n,
        throttleTimeMs: Number(brokerEpoch),
      });
      if (this.servingMs === 0) return answer;
      return new Promise((resolve) => this.time.after(this.servingMs, () => resolve(answer)));
    };
    this.stopListening = this.network.listen('b', address, serve);
  }

  async connect(transport = this.a): Promise<NodeConnection> {
    const connecting = transport.connect(address, { to: 'broker', clientId: 'test', timeoutMs: CALL_MS });
    return this.within(20, connecting);
  }

  call(connection: NodeConnection, brokerEpoch: bigint): Promise<number> {
    return connection
      .call(api, 1, { brokerId: 1, brokerEpoch, currentMetadataOffset: 0n }, CALL_MS)
      .then(({ throttleTimeMs }) => throttleTimeMs);
  }

  /** What came of it after so much time. */
  async within<T>(durationMs: number, promise: Promise<T>): Promise<T> {
    let settled = false;
    const outcome = promise.finally(() => (settled = true));
    outcome.catch(() => undefined);
    await this.time.advance(durationMs);
    if (!settled) throw new Error(`still waiting after ${String(durationMs)} ms`);
    return outcome;
  }

  async faultWithin(durationMs: number, promise: Promise<unknown>): Promise<string> {
    try {
      await this.within(durationMs, promise);
    } catch (error) {
      if (error instanceof TransportError) return error.fault;
      throw error;
    }
    throw new Error('it worked');
  }
}

describe('a connection', () => {
  it('carries real frames, answered in order, after the delay of both directions', async () => {
    const bench = new Bench();
    const connection = await bench.connect();
    const startMs = bench.time.monotonicMs();
    const answeredMs: number[] = [];
    const calls = [2n, 3n, 4n].map((epoch) =>
      bench.call(connection, epoch).finally(() => answeredMs.push(bench.time.monotonicMs() - startMs)),
    );
    bench.servingMs = 7;
    expect(await bench.within(40, Promise.all(calls))).toEqual([2, 3, 4]);
    expect(answeredMs).toEqual([17, 24, 31]);
    expect(bench.connections[0]).toMatchObject({ clientHost: 'a' });
  });

  it('keeps the order of its frames however long each takes', async () => {
    const bench = new Bench({ leastMs: 1, jitterMs: 50 });
    const connecting = bench.a.connect(address, { to: 'broker', clientId: 'test', timeoutMs: CALL_MS });
    const connection = await bench.within(110, connecting);
    const calls = Array.from({ length: 30 }, (_, index) => bench.call(connection, BigInt(index)));
    await bench.within(200, Promise.all(calls));
    expect(bench.served).toEqual(Array.from({ length: 30 }, (_, index) => BigInt(index)));
  });

  it('that stalls is overtaken by another, and keeps its own order', async () => {
    const bench = new Bench();
    const [slow, fast] = [await bench.connect(), await bench.connect()];
    bench.network.stalls = { oneIn: 1, longestMs: 500 };
    const calls = [bench.call(slow, 2n), bench.call(slow, 3n)];
    bench.network.stalls = { oneIn: 0, longestMs: 0 };
    calls.push(bench.call(fast, 4n));
    await bench.within(1000, Promise.all(calls));
    expect(bench.served).toEqual([4n, 2n, 3n]);
  });

  it('is closed by a request that cannot be served, and tells both sides', async () => {
    const bench = new Bench();
    const connection = await bench.connect();
    expect(await bench.faultWithin(20, bench.call(connection, -1n))).toBe('broken');
    expect(connection.isOpen).toBe(false);
    expect((await connection.ended).fault).toBe('broken');
    expect(await bench.faultWithin(0, bench.call(connection, 1n))).toBe('broken');
    expect(bench.connections[0]?.closed.aborted).toBe(true);
  });

  it('that the caller closes is told to the server when the bytes arrive', async () => {
    const bench = new Bench();
    const connection = await bench.connect();
    await bench.within(20, bench.call(connection, 1n));
    connection.close();
    expect((await connection.ended).fault).toBe('closed');
    await bench.time.advance(4);
    expect(bench.connections[0]?.closed.aborted).toBe(false);
    await bench.time.advance(1);
    expect(bench.connections[0]?.closed.aborted).toBe(true);
  });

  it('is refused where nobody listens, now or any more', async () => {
    const bench = new Bench();
    const elsewhere = bench.a.connect(
      { host: 'nowhere', port: 1 },
      { to: 'broker', clientId: 'test', timeoutMs: CALL_MS },
    );
    expect(await bench.faultWithin(10, elsewhere)).toBe('refused');
    const connection = await bench.connect();
    bench.stopListening();
    await bench.time.advance(5);
    expect(connection.isOpen).toBe(false);
    expect(await bench.faultWithin(10, bench.connect())).toBe('refused');
    bench.listen();
    expect((await bench.connect()).isOpen).toBe(true);
  });
});

describe('a cut link', () => {
  it('stops requests: callers time out, and what was sent arrives when it is mended', async () => {
    const bench = new Bench();
    const connection = await bench.connect();
    bench.network.cut('a', 'b');
    expect(await bench.faultWithin(CALL_MS, bench.call(connection, 1n))).toBe('timed-out');
    expect(bench.served).toEqual([]);
    expect(connection.isOpen).toBe(false);
    bench.network.mend('a', 'b');
    await bench.time.advance(5);
    expect(bench.served).toEqual([1n]);
    expect(bench.connections[0]?.closed.aborted).toBe(true);
  });

  it('of one direction lets requests through and stops answers', async () => {
    const bench = new Bench();
    const connection = await bench.connect();
    bench.network.cut('b', 'a');
    const call = bench.call(connection, 1n);
    await bench.time.advance(500);
    expect(bench.served).toEqual([1n]);
    bench.network.mendAll();
    expect(await bench.within(5, call)).toBe(1);
  });

  it('makes an address unreachable, not refused', async () => {
    const bench = new Bench();
    bench.network.cut('b', 'a');
    const connecting = bench.a.connect(address, { to: 'broker', clientId: 'test', timeoutMs: CALL_MS });
    expect(await bench.faultWithin(CALL_MS, connecting)).toBe('unreachable');
  });
});

describe('a node', () => {
  it('that stands still takes connections and serves when it goes on', async () => {
    const bench = new Bench();
    bench.network.pause('b');
    const connection = await bench.connect();
    const call = bench.call(connection, 1n);
    await bench.time.advance(500);
    expect(bench.served).toEqual([]);
    bench.network.resume('b');
    expect(await bench.within(10, call)).toBe(1);
  });

  it('that is killed breaks its connections, and its address refuses until it is back', async () => {
    const bench = new Bench();
    const connection = await bench.connect();
    bench.servingMs = 100;
    const call = bench.call(connection, 1n);
    await bench.time.advance(5);
    bench.network.kill('b');
    expect(await bench.faultWithin(5, call)).toBe('broken');
    expect(await bench.faultWithin(10, bench.connect())).toBe('refused');
    bench.listen();
    expect((await bench.connect()).isOpen).toBe(true);
  });

  it('without power is silent, also about its end', async () => {
    const bench = new Bench();
    const connection = await bench.connect();
    bench.network.powerOff('b');
    await bench.time.advance(CALL_MS);
    expect(connection.isOpen).toBe(true);
    const again = bench.a.connect(address, { to: 'broker', clientId: 'test', timeoutMs: CALL_MS });
    expect(await bench.faultWithin(CALL_MS, again)).toBe('unreachable');
    bench.network.powerOn('b');
    bench.listen();
    // The machine knows nothing of the old connection and says so.
    expect(await bench.faultWithin(10, bench.call(connection, 1n))).toBe('broken');
  });

  it('that is dead reaches nobody through what it still holds', async () => {
    const bench = new Bench();
    const connection = await bench.connect();
    bench.network.kill('a');
    let heard = 0;
    const hear = (): void => void heard++;
    bench.call(connection, 1n).then(hear, hear);
    bench.a.connect(address, { to: 'broker', clientId: 'test', timeoutMs: CALL_MS }).then(hear, hear);
    void connection.ended.then(hear);
    connection.close();
    await bench.time.advance(2 * CALL_MS);
    expect({ heard, served: bench.served }).toEqual({ heard: 0, served: [] });
    const reborn = await bench.connect(bench.network.transportOf('a'));
    expect(await bench.within(10, bench.call(reborn, 2n))).toBe(2);
  });
});

it('breaks connections by chance, the same for the same seed', async () => {
  const lives = await Promise.all(
    [3, 3, 4].map(async (seed) => {
      const bench = new Bench({ leastMs: 1, jitterMs: 9 }, seed);
      bench.network.breaksOneIn = 10;
      const seen: string[] = [];
      for (let epoch = 0n; epoch < 50n; epoch++) {
        const outcome = bench.connect().then((connection) => bench.call(connection, epoch));
        outcome.then(
          (value) => seen.push(`${String(value)} at ${String(bench.time.monotonicMs())}`),
          (error: unknown) => seen.push(error instanceof TransportError ? error.fault : 'strange'),
        );
        await bench.time.advance(100);
      }
      return seen;
    }),
  );
  expect(lives[0]).toHaveLength(50);
  expect(lives[0]).toContain('broken');
  expect(lives[1]).toEqual(lives[0]);
  expect(lives[2]).not.toEqual(lives[0]);
});
