import { describe, expect, it } from 'vitest';
import { type Answer, Connection, ConnectionExpired } from './connection.ts';
import { FrameError } from './frame-reader.ts';

interface Deferred {
  readonly frame: Buffer;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** A connection whose requests are answered when the test says so: bodies beginning with `w` wait. */
function harness(
  overrides: Partial<{ maxUnsentBytes: number; maxQueuedFrames: number; maxQueuedBytes: number }> = {},
) {
  const state = { now: 0, unsent: 0, paused: false, closed: false, ended: false, reads: [] as boolean[] };
  const written: string[] = [];
  const waiting: Deferred[] = [];
  const failures: unknown[] = [];
  const timers: { readonly atMs: number; readonly task: () => void }[] = [];
  const connection = new Connection({
    outlet: {
      write: (chunks) => written.push(Buffer.concat(chunks).toString()),
      unsentBytes: () => state.unsent,
      pauseReading: () => (state.paused = true),
      resumeReading: () => (state.paused = false),
      close: () => {
        state.closed = true;
      },
      end: () => (state.ended = true),
    },
    limits: {
      maxFrameBytes: 100,
      maxUnsentBytes: 1_000,
      maxQueuedFrames: 4,
      maxQueuedBytes: 10_000,
      idleMs: 10_000,
      frameReadMs: 1_000,
      ...overrides,
    },
    serve: (frame) => {
      const text = frame.toString();
      if (text.startsWith('boom')) throw new Error('handler failed');
      if (text.startsWith('quiet')) return null;
      if (!text.startsWith('w')) return [Buffer.from('re:'), frame];
      return new Promise((resolve, reject) => waiting.push({ frame, resolve, reject }));
    },
    mayOverlap: (frame) => frame.toString().startsWith('wp') || frame.toString().startsWith('p'),
    nowMs: () => state.now,
    after: (ms, task) => timers.push({ atMs: state.now + ms, task }),
    onFailure: (error) => failures.push(error),
  });
  const passTo = (now: number): void => {
    state.now = now;
    for (const { task } of timers.filter(({ atMs }) => atMs <= now)) task();
  };
  const endTimers = (): void => timers.forEach(({ task }) => task());
  return { connection, state, written, waiting, failures, passTo, endTimers };
}

function frame(text: string): Buffer {
  const body = Buffer.from(text.padEnd(8, '.'));
  const bytes = Buffer.alloc(4 + body.length);
  bytes.writeInt32BE(body.length);
  body.copy(bytes, 4);
  return bytes;
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('order of answers', () => {
  it('holds the next answers back while one request waits', async () => {
    const { connection, written, waiting } = harness();
    connection.received(Buffer.concat([frame('w1'), frame('a2'), frame('w3'), frame('a4')]));
    expect(written).toEqual([]);
    expect(waiting).toHaveLength(1);
    waiting[0]?.resolve([Buffer.from('one')]);
    await settle();
    expect(written).toEqual(['one', 're:a2......']);
    waiting[1]?.resolve([Buffer.from('three')]);
    await settle();
    expect(written).toEqual(['one', 're:a2......', 'three', 're:a4......']);
  });

  it('sends nothing for a request without an answer', () => {
    const { connection, written } = harness();
    connection.received(Buffer.concat([frame('quiet'), frame('a')]));
    expect(written).toEqual(['re:a.......']);
  });
});

describe('requests that may overlap', () => {
  it('are served at once and answered in their order', async () => {
    const { connection, written, waiting } = harness({ maxQueuedFrames: 10 });
    connection.received(Buffer.concat([frame('wp1'), frame('wp2'), frame('p3'), frame('wp4')]));
    expect(waiting.map(({ frame: asked }) => asked.toString())).toEqual(['wp1.....', 'wp2.....', 'wp4.....']);
    waiting[1]?.resolve([Buffer.from('two')]);
    waiting[2]?.resolve(null);
    await settle();
    expect(written).toEqual([]);
    waiting[0]?.resolve([Buffer.from('one')]);
    await settle();
    expect(written).toEqual(['one', 'two', 're:p3......']);
  });

  it('wait for others, and others for them', async () => {
    const { connection, written, waiting } = harness({ maxQueuedFrames: 10 });
    connection.received(Buffer.concat([frame('wp1'), frame('a2'), frame('wp3'), frame('w4'), frame('wp5')]));
    expect(waiting).toHaveLength(1);
    waiting[0]?.resolve([Buffer.from('one')]);
    await settle();
    expect(written).toEqual(['one', 're:a2......']);
    expect(waiting).toHaveLength(2);
    waiting[1]?.resolve([Buffer.from('three')]);
    await settle();
    expect(waiting.map(({ frame: asked }) => asked.toString())).toEqual(['wp1.....', 'wp3.....', 'w4......']);
    waiting[2]?.resolve([Buffer.from('four')]);
    await settle();
    expect(written).toEqual(['one', 're:a2......', 'three', 'four']);
    expect(waiting).toHaveLength(4);
  });

  it('are no more than sixteen at a time, nor more bytes than may be queued', async () => {
    const many = harness({ maxQueuedFrames: 100 });
    many.connection.received(
      Buffer.concat(Array.from({ length: 40 }, (_unused, index) => frame(`wp${String(index)}`))),
    );
    expect(many.waiting).toHaveLength(16);
    many.waiting[3]?.resolve(null);
    await settle();
    expect(many.waiting).toHaveLength(16);
    many.waiting[0]?.resolve(null);
    await settle();
    expect(many.waiting).toHaveLength(17);
    const large = harness({ maxQueuedFrames: 100, maxQueuedBytes: 20 });
    large.connection.received(Buffer.concat([frame('wp1'), frame('wp2'), frame('wp3')]));
    expect(large.waiting).toHaveLength(2);
  });

  it('are forgotten with their connection when one fails', async () => {
    const { connection, written, waiting, failures, state } = harness();
    connection.received(Buffer.concat([frame('wp1'), frame('wp2')]));
    waiting[1]?.reject(new Error('broken'));
    await settle();
    expect(state.closed).toBe(true);
    expect(failures).toHaveLength(1);
    waiting[0]?.resolve([Buffer.from('one')]);
    await settle();
    expect(written).toEqual([]);
  });

  it('keep their connection from being taken for idle', () => {
    const { connection, state } = harness();
    connection.received(frame('wp1'));
    state.now = 100_000;
    connection.expire();
    expect(state.closed).toBe(false);
  });
});

describe('back-pressure', () => {
  it('stops reading when the queue is full and goes on when it is not', async () => {
    const { connection, state, waiting, written } = harness({ maxQueuedFrames: 2 });
    connection.received(frame('w1'));
    connection.received(frame('a2'));
    expect(state.paused).toBe(false);
    connection.received(frame('a3'));
    expect(state.paused).toBe(true);
    waiting[0]?.resolve([Buffer.from('one')]);
    await settle();
    expect(state.paused).toBe(false);
    expect(written).toHaveLength(3);
  });

  it('takes up no request while the client leaves too much unread', () => {
    const { connection, state, written } = harness({ maxUnsentBytes: 50, maxQueuedFrames: 1 });
    state.unsent = 51;
    connection.received(frame('a'));
    expect(written).toEqual([]);
    expect(state.paused).toBe(true);
    state.unsent = 50;
    connection.drained();
    expect(written).toHaveLength(1);
    expect(state.paused).toBe(false);
  });
});

describe('ends', () => {
  it('closes at an impossible length and takes nothing more', () => {
    const { connection, state, failures, written } = harness();
    connection.received(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    expect(state.closed).toBe(true);
    expect(failures[0]).toBeInstanceOf(FrameError);
    connection.received(frame('a'));
    expect(written).toEqual([]);
  });

  it('closes when serving throws or rejects, once', async () => {
    const thrown = harness();
    thrown.connection.received(Buffer.concat([frame('a'), frame('boom'), frame('a')]));
    expect(thrown.written).toHaveLength(1);
    expect(thrown.failures).toHaveLength(1);
    const rejected = harness();
    rejected.connection.received(frame('w'));
    rejected.waiting[0]?.reject(new Error('later'));
    await settle();
    expect(rejected.state.closed).toBe(true);
    expect(rejected.failures).toHaveLength(1);
  });

  it('drops the answer of a request whose client has gone', async () => {
    const { connection, waiting, written, failures } = harness();
    connection.received(frame('w'));
    connection.disconnected();
    waiting[0]?.resolve([Buffer.from('late')]);
    await settle();
    expect(written).toEqual([]);
    expect(failures).toEqual([]);
  });

  it('closes an idle connection, but not one that waits for its answer', async () => {
    const { connection, state, waiting, failures } = harness();
    connection.received(frame('w'));
    state.now = 20_000;
    connection.expire();
    expect(state.closed).toBe(false);
    waiting[0]?.resolve(null);
    await settle();
    state.now = 29_999;
    connection.expire();
    expect(state.closed).toBe(false);
    state.now = 30_000;
    connection.expire();
    expect(state.closed).toBe(true);
    expect(failures[0]).toBeInstanceOf(ConnectionExpired);
  });

  it('closes a connection that sends one request a byte at a time', () => {
    const { connection, state } = harness();
    const bytes = frame('slow request');
    for (let index = 0; index < 5; index += 1) {
      connection.received(bytes.subarray(index, index + 1));
      state.now += 249;
      connection.expire();
    }
    expect(state.closed).toBe(true);
  });

  it('does not count time in which it did not read itself', async () => {
    const { connection, state, waiting } = harness({ maxQueuedFrames: 1 });
    connection.received(Buffer.concat([frame('w'), frame('a'), frame('half').subarray(0, 6)]));
    expect(state.paused).toBe(true);
    state.now = 5_000;
    waiting[0]?.resolve(null);
    await settle();
    connection.expire();
    expect(state.closed).toBe(false);
    state.now = 6_001;
    connection.expire();
    expect(state.closed).toBe(true);
  });
});

describe('a muted connection', () => {
  it('sends the answers it owes, and takes up nothing further for as long as it was told', async () => {
    const { connection, written, waiting, passTo } = harness();
    connection.received(frame('w1'));
    connection.mute(500);
    connection.mute(200);
    connection.received(frame('a2'));
    waiting[0]?.resolve([Buffer.from('one')]);
    await settle();
    expect(written).toEqual(['one']);
    passTo(499);
    expect(written).toEqual(['one']);
    passTo(500);
    expect(written).toEqual(['one', 're:a2......']);
  });

  it('goes on also when its timer comes a little early', () => {
    const { connection, state, written, endTimers } = harness();
    connection.mute(500);
    connection.received(frame('a1'));
    state.now = 499.6;
    endTimers();
    expect(written).toEqual(['re:a1......']);
  });

  it('stops reading when more comes than may wait, and is not closed for what it does not read', () => {
    const { connection, state, passTo, written } = harness({ maxQueuedFrames: 2 });
    connection.mute(60_000);
    connection.received(Buffer.concat([frame('a1'), frame('a2'), Buffer.from([0, 0])]));
    expect(state.paused).toBe(true);
    state.now = 59_000;
    connection.expire();
    expect(connection.isOpen).toBe(true);
    passTo(60_000);
    expect(written).toHaveLength(2);
    expect(state.paused).toBe(false);
    connection.expire();
    expect(connection.isOpen).toBe(true);
  });
});
