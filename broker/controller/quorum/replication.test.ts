/** From leader to followers: positions, high watermark, waiting fetches, truncation, snapshots, and leaving office. */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../../protocol/errors.ts';
import type { QuorumAnswerToSend } from './quorum-messages.ts';
import { quorumRules } from './quorum-rules.ts';
import { fetched, fetchOf, leaderBench, QuorumBench, vote } from './testing/quorum-bench.ts';

const follower = { epoch: 5, leaderId: 2, votedId: null };

function last(bench: QuorumBench): QuorumAnswerToSend {
  const reply = bench.effects.findLast((effect) => effect.kind === 'reply');
  if (reply?.kind !== 'reply') throw new Error('nothing was replied');
  return reply.answer;
}

describe('a leader answers a Fetch', () => {
  it.each([
    [0, 'FENCED_LEADER_EPOCH'],
    [2, 'UNKNOWN_LEADER_EPOCH'],
  ] as const)('of epoch %i with %s, its own epoch and itself as leader', (epoch, code) => {
    const bench = leaderBench();
    const answer = { errorCode: ErrorCode[code], epoch: 1, leaderId: 1, entriesFrom: null };
    expect(bench.ask(fetchOf(2, { epoch }))).toMatchObject(answer);
    expect(bench.quorum.status.epoch).toBe(1);
  });

  it('at once when there are entries, else when some come', () => {
    const bench = leaderBench();
    expect(bench.ask(fetchOf(2, {}))).toMatchObject({ errorCode: 0, entriesFrom: 0, highWatermark: 0 });
    expect(bench.ask(fetchOf(3, { fetchOffset: 1, lastFetchedEpoch: 1, highWatermark: 1 }))).toBeNull();
    bench.propose('a');
    expect(last(bench)).toMatchObject({ entriesFrom: 1 });
  });

  it('when the high watermark has news for it', () => {
    const bench = leaderBench();
    // Raises the high watermark itself, and is told so.
    const answer = bench.ask(fetchOf(2, { fetchOffset: 1, lastFetchedEpoch: 1 }));
    expect(answer).toMatchObject({ entriesFrom: null, highWatermark: 1 });
    expect(bench.ask(fetchOf(2, { fetchOffset: 1, lastFetchedEpoch: 1, highWatermark: 1 }))).toBeNull();
  });

  it('with nothing after the longest wait, or when the replica asks again', () => {
    const bench = leaderBench();
    const idle = fetchOf(2, { fetchOffset: 1, lastFetchedEpoch: 1, highWatermark: 1 });
    const replies = () => bench.effects.filter(({ kind }) => kind === 'reply').length;
    bench.ask(idle);
    const before = replies();
    bench.wait(499);
    expect(replies()).toBe(before);
    bench.wait(1);
    expect(replies()).toBe(before + 1);
    bench.ask(idle);
    bench.ask(idle);
    expect(replies()).toBe(before + 2);
  });

  it('no later than it wants to itself, however long the replica would wait', () => {
    const bench = leaderBench();
    bench.ask(fetchOf(2, { fetchOffset: 1, lastFetchedEpoch: 1, highWatermark: 1, maxWaitMs: 60_000 }));
    const before = bench.effects.length;
    bench.wait(500);
    expect(bench.effects[before]).toMatchObject({
      kind: 'reply',
      answer: { entriesFrom: null, errorCode: 0 },
    });
  });

  it('with a refusal when it leaves office while the Fetch waits', () => {
    const bench = leaderBench();
    bench.ask(fetchOf(2, { fetchOffset: 1, lastFetchedEpoch: 1, highWatermark: 1 }));
    bench.quorum.resign(bench.nowMs);
    bench.drain();
    expect(last(bench)).toMatchObject({ errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER, leaderId: null });
  });

  it.each([
    ['longer than the epoch was', { fetchOffset: 3, lastFetchedEpoch: 1 }, { epoch: 1, offset: 2 }],
    ['of an epoch that it never had', { fetchOffset: 2, lastFetchedEpoch: 2 }, { epoch: 1, offset: 2 }],
    ['beyond its end', { fetchOffset: 9, lastFetchedEpoch: 3 }, { epoch: 3, offset: 3 }],
  ])('of a log %s with where it diverges', (_what, position, diverging) => {
    const bench = leaderBench({ log: [1, 1, 3] });
    const answer = bench.ask(fetchOf(2, { epoch: 4, ...position }));
    expect(answer).toMatchObject({ errorCode: 0, diverging, entriesFrom: null });
    expect(bench.quorum.status.voters?.get(2)?.endOffset).toBeNull();
  });

  it('of before its log began with a snapshot', () => {
    const bench = leaderBench({ log: [1, 1, 3] });
    bench.disk.compact(2);
    const snapshotId = { offset: 2, epoch: 1 };
    const of = (fetchOffset: number, lastFetchedEpoch: number) => {
      return bench.ask(fetchOf(2, { epoch: 4, fetchOffset, lastFetchedEpoch }));
    };
    expect(of(0, 0)).toMatchObject({ snapshotId, entriesFrom: null });
    expect(of(1, 1)).toMatchObject({ snapshotId });
    expect(of(2, 3)).toMatchObject({ snapshotId });
    expect(of(2, 1)).toMatchObject({ snapshotId: null, entriesFrom: 2 });
  });

  it('of nobody who cannot be', () => {
    const bench = leaderBench();
    expect(bench.ask(fetchOf(1, {}))).toMatchObject({ errorCode: ErrorCode.INVALID_REQUEST });
    expect(bench.ask(fetchOf(2, { fetchOffset: -1 }))).toMatchObject({
      errorCode: ErrorCode.INVALID_REQUEST,
    });
  });
});

describe('the high watermark', () => {
  it.each([
    [[7], 7],
    [[7, 3], 3],
    [[3, 7, 5], 5],
    [[9, 8, 4, 1], 4],
    [[0, 9, 8, 1, 7], 7],
  ])('of voters that have %j is %i, what a majority has', (ends, expected) => {
    expect(quorumRules.committedOffset(ends, expected - 1)).toBe(expected);
    expect(quorumRules.committedOffset(ends, expected)).toBeNull();
  });

  it('does not come from old records alone', () => {
    const bench = leaderBench({ log: [1, 1] });
    bench.ask(fetchOf(2, { epoch: 2, fetchOffset: 2, lastFetchedEpoch: 1 }));
    bench.ask(fetchOf(3, { epoch: 2, fetchOffset: 2, lastFetchedEpoch: 1 }));
    expect(bench.quorum.status.highWatermark).toBe(0);
    bench.ask(fetchOf(3, { epoch: 2, fetchOffset: 3, lastFetchedEpoch: 2 }));
    expect(bench.quorum.status.highWatermark).toBe(3);
  });

  it('does not count observers, and does not fall when a voter has lost its disk', () => {
    const bench = leaderBench();
    bench.ask(fetchOf(9, { fetchOffset: 1, lastFetchedEpoch: 1 }));
    expect(bench.quorum.status.highWatermark).toBe(0);
    expect(bench.quorum.status.observers?.get(9)?.endOffset).toBe(1);
    bench.ask(fetchOf(2, { fetchOffset: 1, lastFetchedEpoch: 1 }));
    bench.propose('a');
    bench.ask(fetchOf(2, { fetchOffset: 0 }));
    expect(bench.quorum.status.highWatermark).toBe(1);
    expect(bench.quorum.status.voters?.get(2)?.endOffset).toBe(0);
  });
});

describe('a follower', () => {
  it('fetches from its end, appends, and knows as committed what both have', () => {
    const bench = new QuorumBench({ state: follower, log: [1, 4] });
    expect(bench.lastSent(2).request).toMatchObject({
      kind: 'fetch',
      epoch: 5,
      fetchOffset: 2,
      lastFetchedEpoch: 4,
    });
    const entries = [{ epoch: 4, value: 'x' }];
    bench.answer(2, fetched({ epoch: 5, entries, highWatermark: 9 }));
    expect(bench.disk.endOffset()).toBe(3);
    expect(bench.quorum.status.highWatermark).toBe(3);
    expect(bench.lastSent(2).request).toMatchObject({ fetchOffset: 3, highWatermark: 3 });
  });

  it.each([
    ['at its own end of that epoch', { epoch: 1, offset: 9 }, 2],
    ["at the leader's end of that epoch", { epoch: 1, offset: 1 }, 1],
    ['before all epochs the leader does not have', { epoch: 3, offset: 9 }, 2],
  ])('cuts a diverging log %s', (_what, diverging, endOffset) => {
    const bench = new QuorumBench({ state: follower, log: [1, 1, 4, 4] });
    bench.answer(2, fetched({ epoch: 5, diverging, highWatermark: 9 }));
    expect(bench.disk.endOffset()).toBe(endOffset);
    // What is left may differ still.
    expect(bench.quorum.status.highWatermark).toBe(0);
    expect(bench.lastSent(2).request).toMatchObject({ fetchOffset: endOffset, lastFetchedEpoch: 1 });
  });

  it('never cuts what is committed', () => {
    const bench = new QuorumBench({ state: follower, log: [1, 1] });
    bench.answer(2, fetched({ epoch: 5, highWatermark: 2 }));
    expect(() => {
      bench.answer(2, fetched({ epoch: 5, diverging: { epoch: 1, offset: 1 } }));
    }).toThrow('what is committed is not cut off');
  });

  it('takes a snapshot in place of its log, unless it is no longer wanted', () => {
    const bench = new QuorumBench({ state: follower, log: [1] });
    const snapshotId = { offset: 7, epoch: 4 };
    bench.answer(2, fetched({ epoch: 5, snapshotId }));
    expect(bench.effects).toContainEqual({ kind: 'fetchSnapshot', leaderId: 2, epoch: 5, snapshotId });
    const before = bench.sent(2).length;
    bench.quorum.snapshotFetched({ offset: 6, epoch: 4 }, bench.nowMs);
    bench.drain();
    expect(bench.disk.endOffset()).toBe(1);
    bench.quorum.snapshotFetched(snapshotId, bench.nowMs);
    expect(bench.sent(2)).toHaveLength(before);
    bench.drain();
    expect(bench.quorum.status.highWatermark).toBe(7);
    expect(bench.lastSent(2).request).toMatchObject({ fetchOffset: 7, lastFetchedEpoch: 4 });
  });

  it('is kept from an election by pieces of the snapshot, and asks again when it cannot be had', () => {
    const bench = new QuorumBench({ state: follower, log: [1] });
    const snapshotId = { offset: 7, epoch: 4 };
    bench.answer(2, fetched({ epoch: 5, snapshotId }));
    bench.wait(1500);
    bench.quorum.snapshotProgressed(5, bench.nowMs);
    bench.drain();
    bench.wait(1500);
    expect(bench.role).toBe('follower');
    bench.quorum.snapshotProgressed(4, bench.nowMs);
    bench.drain();
    expect(bench.quorum.nextDeadlineMs()).toBe(3500);
    const before = bench.sent(2).length;
    bench.quorum.snapshotFailed(snapshotId, bench.nowMs);
    bench.drain();
    bench.wait(20);
    expect(bench.sent(2)).toHaveLength(before + 1);
  });

  it('goes over to the leader of a newer epoch as soon as an answer names it', () => {
    const bench = new QuorumBench({ state: follower });
    const errorCode = ErrorCode.FENCED_LEADER_EPOCH;
    bench.answer(2, fetched({ epoch: 6, leaderId: 3, errorCode }));
    expect(bench.quorum.status).toMatchObject({ role: 'follower', epoch: 6, leaderId: 3 });
    expect(bench.lastSent(3).request).toMatchObject({ kind: 'fetch', epoch: 6 });
  });

  it('stays one for as long as it is answered', () => {
    const bench = new QuorumBench({ state: follower });
    bench.wait(1999);
    bench.answer(2, fetched({ epoch: 5 }));
    bench.wait(1999);
    expect(bench.role).toBe('follower');
    bench.wait(1);
    expect(bench.role).toBe('prospective');
  });

  it('does not follow a stranger', () => {
    const bench = new QuorumBench({ state: follower });
    bench.answer(2, fetched({ epoch: 6, leaderId: 9, errorCode: ErrorCode.FENCED_LEADER_EPOCH }));
    expect(bench.quorum.status).toMatchObject({ role: 'unattached', epoch: 6, leaderId: null });
  });

  it('pauses after a refusal', () => {
    const bench = new QuorumBench({ state: follower });
    const before = bench.sent(2).length;
    bench.answer(2, fetched({ epoch: 4, leaderId: null, errorCode: ErrorCode.UNKNOWN_LEADER_EPOCH }));
    expect(bench.sent(2)).toHaveLength(before);
    bench.wait(20);
    expect(bench.sent(2)).toHaveLength(before + 1);
  });

  it('waits no longer for a leader that says it is none any more', () => {
    const bench = new QuorumBench({ state: follower });
    bench.answer(2, fetched({ epoch: 5, leaderId: null, errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER }));
    bench.wait(1);
    expect(bench.role).toBe('prospective');
  });
});

describe('an observer', () => {
  it('finds the leader through any voter and leaves it when it falls silent', () => {
    const bench = new QuorumBench({ localId: 9 });
    const { to } = bench.lastSent(1);
    bench.answer(to, fetched({ epoch: 3, leaderId: 2, errorCode: ErrorCode.FENCED_LEADER_EPOCH }));
    expect(bench.quorum.status).toMatchObject({ role: 'follower', epoch: 3, leaderId: 2 });
    bench.wait(2000);
    expect(bench.quorum.status).toMatchObject({ role: 'unattached', epoch: 3 });
  });

  it('asks again after a pause that ended while nobody looked', () => {
    const bench = new QuorumBench({ localId: 9 });
    const asked = bench.lastSent(1);
    bench.quorum.step({ type: 'failed', from: asked.to, requestId: asked.requestId }, bench.nowMs);
    bench.drain();
    bench.wait(19.9);
    expect(bench.lastSent(1)).toBe(asked);
    // The shell asks later than it looked, and by then the pause is over.
    expect(bench.quorum.nextDeadlineMs()).toBe(20);
    bench.wait(0.2);
    expect(bench.lastSent(1)).not.toBe(asked);
    expect(bench.quorum.nextDeadlineMs()).toBeGreaterThan(bench.nowMs);
  });
});

describe('the beginning of an epoch', () => {
  it('is told to each voter until it fetches, and again to one that stops', () => {
    const bench = leaderBench();
    const told = (id: number) =>
      bench.sent(id).filter(({ request }) => request.kind === 'beginQuorumEpoch').length;
    expect([told(2), told(3)]).toEqual([1, 1]);
    bench.answer(3, { kind: 'beginQuorumEpoch', errorCode: 0, epoch: 1, leaderId: 1 });
    bench.ask(fetchOf(3, { fetchOffset: 1, lastFetchedEpoch: 1 }));
    bench.wait(999);
    bench.ask(fetchOf(3, { fetchOffset: 1, lastFetchedEpoch: 1 }));
    bench.wait(999);
    expect(told(3)).toBe(1);
    bench.wait(2);
    expect([told(2), told(3)]).toEqual([2, 2]);
  });

  it('makes a follower of everyone but those who know better', () => {
    const begin = { kind: 'beginQuorumEpoch', epoch: 5, leaderId: 2, voterId: 1 } as const;
    const bench = new QuorumBench({ state: { epoch: 5, leaderId: null, votedId: 3 } });
    expect(bench.ask(begin)).toMatchObject({ errorCode: 0, epoch: 5, leaderId: 2 });
    expect(bench.disk.state).toEqual({ epoch: 5, leaderId: 2, votedId: 3 });
    const fenced = { errorCode: ErrorCode.FENCED_LEADER_EPOCH, epoch: 5, leaderId: 2 };
    expect(bench.ask({ ...begin, epoch: 4, leaderId: 3 })).toMatchObject(fenced);
    bench.wait(2000);
    expect(bench.role).toBe('prospective');
    bench.ask(begin);
    expect(bench.role).toBe('follower');
  });
});

describe('leaving office', () => {
  it('follows when no majority has fetched for 1.5 fetch timeouts', () => {
    const bench = leaderBench();
    bench.wait(2000);
    bench.ask(fetchOf(2, { fetchOffset: 1, lastFetchedEpoch: 1 }));
    bench.wait(2999);
    expect(bench.role).toBe('leader');
    bench.wait(1);
    expect(bench.role).toBe('resigned');
    expect(bench.effects).toContainEqual({ kind: 'lostLeadership', epoch: 1 });
    expect(bench.quorum.propose([], bench.nowMs)).toBeNull();
  });

  it('is put off by a FetchSnapshot of this epoch', () => {
    const bench = leaderBench();
    const since = bench.nowMs;
    bench.wait(2000);
    bench.quorum.snapshotServed(2, 1, bench.nowMs);
    bench.drain();
    bench.wait(2999);
    bench.quorum.snapshotServed(2, 0, bench.nowMs);
    bench.drain();
    expect(bench.role).toBe('leader');
    bench.wait(1);
    expect([bench.role, bench.nowMs - since]).toEqual(['resigned', 5000]);
  });

  it('is told to the others, best successor first, until they have heard it', () => {
    const bench = leaderBench();
    bench.ask(fetchOf(3, { fetchOffset: 1, lastFetchedEpoch: 1 }));
    bench.quorum.resign(bench.nowMs);
    bench.drain();
    // Who led the epoch must not forget it: it could lead it a second time.
    expect(bench.disk.state).toEqual({ epoch: 1, leaderId: 1, votedId: 1 });
    const end = { kind: 'endQuorumEpoch', epoch: 1, leaderId: 1, preferredSuccessors: [3, 2] };
    expect(bench.lastSent(2).request).toEqual(end);
    bench.answer(2, { kind: 'endQuorumEpoch', errorCode: 0, epoch: 1, leaderId: 1 });
    bench.wait(20);
    expect(bench.sent(2).filter(({ request }) => request.kind === 'endQuorumEpoch')).toHaveLength(1);
  });

  it.each([
    [[1, 3], 0],
    [[3, 1], 500],
    [[3], 1],
  ])('lets successors %j stand, this one after %i ms', (preferredSuccessors, delayMs) => {
    const bench = new QuorumBench({ state: follower });
    bench.answer(2, fetched({ epoch: 5 }));
    bench.ask({ kind: 'endQuorumEpoch', epoch: 5, leaderId: 2, preferredSuccessors });
    if (delayMs > 0) {
      bench.wait(delayMs - 1);
      expect(bench.role).toBe('follower');
      bench.wait(1);
    }
    expect(bench.role).toBe('prospective');
  });

  it('is final: nobody goes back to the leader that was, when the election fails', () => {
    const bench = new QuorumBench({ state: follower });
    bench.ask({ kind: 'endQuorumEpoch', epoch: 5, leaderId: 2, preferredSuccessors: [1, 3] });
    for (const id of [2, 3]) bench.answer(id, vote({ epoch: 5, voteGranted: false }));
    expect(bench.quorum.status).toMatchObject({ role: 'unattached', epoch: 5, leaderId: null });
  });

  it('frees a follower to help another into office', () => {
    const bench = new QuorumBench({ state: follower });
    bench.answer(2, fetched({ epoch: 5 }));
    const preVote = { kind: 'vote', epoch: 5, candidateId: 3, voterId: 1, preVote: true } as const;
    const ask = { ...preVote, logEnd: { offset: 0, epoch: 0 } };
    expect(bench.ask(ask)).toMatchObject({ voteGranted: false });
    bench.ask({ kind: 'endQuorumEpoch', epoch: 5, leaderId: 2, preferredSuccessors: [3, 1] });
    expect(bench.ask(ask)).toMatchObject({ voteGranted: true });
  });
});

describe('the core', () => {
  it('takes no input before the effects of the last one are done', () => {
    const bench = leaderBench();
    bench.quorum.propose([{ epoch: -1, value: 'a' }], bench.nowMs);
    expect(() => {
      bench.quorum.tick(bench.nowMs);
    }).toThrow('an input comes after the effects');
  });

  it('says where a proposal will be', () => {
    const bench = leaderBench();
    expect(bench.quorum.propose([{ epoch: -1, value: 'a' }], bench.nowMs)).toEqual({
      epoch: 1,
      baseOffset: 1,
    });
    bench.drain();
    expect(bench.disk.entries).toContainEqual({ epoch: 1, value: 'a' });
  });

  it('rests until the deadline it names', () => {
    const bench = leaderBench();
    const deadlineMs = bench.quorum.nextDeadlineMs();
    expect(deadlineMs).toBeGreaterThan(bench.nowMs);
    expect(deadlineMs).toBeLessThan(Infinity);
  });
});
