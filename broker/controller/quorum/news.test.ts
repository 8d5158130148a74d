/** What shortens the wait for a leader: a start, the news that the leader's process is gone, short pauses at first. */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../../protocol/errors.ts';
import type { VoteRequest } from './quorum-messages.ts';
import { fetched, fetchOf, leaderBench, QuorumBench, vote } from './testing/quorum-bench.ts';

const log = [1, 4, 4];
const following = { epoch: 5, leaderId: 3, votedId: null };
const preVote: VoteRequest = {
  kind: 'vote',
  epoch: 5,
  candidateId: 2,
  voterId: 1,
  logEnd: { offset: 3, epoch: 4 },
  preVote: true,
};

/** Follows 3 in epoch 5, and was answered by it. */
function followerBench(setting: { readonly voters?: readonly number[]; readonly localId?: number } = {}) {
  const bench = new QuorumBench({ state: following, log, ...setting });
  bench.answer(3, fetched({ epoch: 5, leaderId: 3 }));
  return bench;
}

function unreachable(bench: QuorumBench, id: number): void {
  bench.quorum.peerUnreachable(id, bench.nowMs);
  bench.drain();
}

describe("a leader's process that is gone", () => {
  it('is not waited for: the first of the others stands at once', () => {
    const bench = followerBench();
    unreachable(bench, 3);
    bench.wait(1);
    expect(bench.role).toBe('prospective');
    expect(bench.lastSent(2).request).toMatchObject({ kind: 'vote', preVote: true, epoch: 5 });
  });

  it('leaves the second a moment later, who meanwhile gives the first its vote', () => {
    const bench = followerBench({ localId: 2 });
    unreachable(bench, 3);
    bench.wait(30);
    expect(bench.role).toBe('follower');
    expect(bench.ask({ ...preVote, candidateId: 1, voterId: 2 })).toMatchObject({ voteGranted: true });
    bench.wait(20);
    expect(bench.role).toBe('prospective');
  });

  it('is tried again soon when the others had not noticed yet', () => {
    const bench = followerBench();
    unreachable(bench, 3);
    bench.wait(1);
    bench.answer(2, vote({ epoch: 5, voteGranted: false }));
    const { requestId } = bench.lastSent(3);
    bench.quorum.step({ type: 'failed', from: 3, requestId }, bench.nowMs);
    bench.drain();
    expect(bench.role).toBe('prospective');
    bench.wait(20);
    bench.answer(3, vote({ epoch: 5, voteGranted: false }));
    expect(bench.role).toBe('unattached');
    bench.wait(100);
    expect(bench.role).toBe('prospective');
  });

  it('is not named to others any more', () => {
    const bench = followerBench({ localId: 2 });
    expect(bench.ask({ ...preVote, voterId: 2, candidateId: 1 })).toMatchObject({ leaderId: 3 });
    unreachable(bench, 3);
    expect(bench.role).toBe('follower');
    expect(bench.ask({ ...preVote, voterId: 2, candidateId: 1 })).toMatchObject({ leaderId: null });
    expect(bench.ask(fetchOf(9, { epoch: 5 }))).toMatchObject({ leaderId: null });
  });

  it('is doubted later each time, and not for ever: the others may still have it', () => {
    const bench = followerBench();
    const waitedMs: number[] = [];
    for (let time = 0; time < 5; time++) {
      unreachable(bench, 3);
      const sinceMs = bench.nowMs;
      while (bench.role === 'follower') bench.wait(1);
      waitedMs.push(bench.nowMs - sinceMs);
      bench.answer(2, { ...vote({ epoch: 5, voteGranted: false }), leaderId: 3 });
      expect(bench.role).toBe('follower');
    }
    expect(waitedMs).toEqual([1, 41, 81, 121, 161]);
    unreachable(bench, 3);
    bench.wait(1999);
    expect(bench.role).toBe('follower');
    bench.wait(1);
    expect(bench.role).toBe('prospective');
  });

  it('that others still name while it says itself that it leads no more is asked with pauses', () => {
    const bench = new QuorumBench({ state: following, log });
    const none = fetched({ epoch: 5, leaderId: null });
    const refusal = { ...none, errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER };
    for (let time = 0; time < 5; time++) {
      bench.answer(3, refusal);
      while (bench.role === 'follower') bench.wait(1);
      bench.answer(2, { ...vote({ epoch: 5, voteGranted: false }), leaderId: 3 });
    }
    const asked = bench.sent(3).length;
    bench.answer(3, refusal);
    bench.wait(19);
    expect(bench.sent(3)).toHaveLength(asked);
    bench.wait(1);
    expect(bench.sent(3)).toHaveLength(asked + 1);
  });

  it('is nothing to a member that follows another, or leads', () => {
    const bench = followerBench();
    unreachable(bench, 2);
    bench.wait(100);
    expect(bench.role).toBe('follower');
    const leader = leaderBench();
    unreachable(leader, 2);
    expect(leader.role).toBe('leader');
  });

  it('makes an observer look for another leader', () => {
    const bench = new QuorumBench({ localId: 9 });
    bench.answer(1, { ...fetched({ epoch: 5, leaderId: 3 }), errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER });
    expect(bench.role).toBe('follower');
    unreachable(bench, 3);
    bench.wait(1);
    expect(bench.role).toBe('unattached');
    expect(bench.effects.at(-1)).toMatchObject({ kind: 'send', request: { kind: 'fetch' } });
  });
});

describe('a start', () => {
  it('without a leader does not wait for a whole election timeout', () => {
    const bench = new QuorumBench({ firstElectionMs: 150, chance: 120 });
    bench.wait(119);
    expect(bench.role).toBe('unattached');
    bench.wait(1);
    expect(bench.role).toBe('prospective');
  });

  it('of the last leader does not, either, nor does what follows from a lost vote', () => {
    const state = { epoch: 5, leaderId: 1, votedId: 1 };
    const bench = new QuorumBench({ firstElectionMs: 150, chance: 50, state, log });
    expect(bench.role).toBe('resigned');
    bench.wait(50);
    expect(bench.quorum.status).toMatchObject({ role: 'unattached', epoch: 6 });
    bench.wait(51);
    expect(bench.role).toBe('prospective');
    for (const id of [2, 3]) bench.answer(id, vote({ epoch: 6, voteGranted: false }));
    expect(bench.role).toBe('unattached');
    bench.wait(51);
    expect(bench.role).toBe('prospective');
  });

  it('hurries for one election timeout and no longer', () => {
    const bench = new QuorumBench({ firstElectionMs: 150 });
    bench.wait(1000);
    for (const id of [2, 3]) bench.answer(id, vote({ epoch: 0, voteGranted: false }));
    bench.wait(999);
    expect(bench.role).toBe('unattached');
  });

  it('in a hurry lets one try first that has its help, and otherwise does not', () => {
    const ask = { ...preVote, epoch: 0, logEnd: { offset: 0, epoch: 0 } };
    const bench = new QuorumBench({ firstElectionMs: 150, chance: 20 });
    bench.wait(10);
    expect(bench.ask(ask)).toMatchObject({ voteGranted: true });
    bench.wait(119);
    expect(bench.role).toBe('unattached');
    bench.wait(1);
    expect(bench.role).toBe('prospective');
    expect(bench.ask({ ...ask, preVote: false, epoch: 1 })).toMatchObject({ voteGranted: true });
    expect(bench.quorum.status).toMatchObject({ role: 'unattached', epoch: 1, votedId: 2 });
    bench.wait(269);
    expect(bench.role).toBe('unattached');
    bench.wait(1);
    expect(bench.role).toBe('prospective');
  });

  it('of a voter that must not vote makes an observer of it', () => {
    const bench = new QuorumBench({ mayVote: false, firstElectionMs: 0 });
    bench.wait(60_000);
    expect(bench.role).toBe('unattached');
    expect(bench.ask({ ...preVote, epoch: 0, logEnd: { offset: 0, epoch: 0 } })).toMatchObject({
      errorCode: ErrorCode.INCONSISTENT_VOTER_SET,
      voteGranted: false,
    });
    bench.answer(2, { ...fetched({ epoch: 1, leaderId: 2 }), errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER });
    expect(bench.quorum.status).toMatchObject({ role: 'follower', leaderId: 2 });
  });
});

describe('the pause after lost elections', () => {
  it('is short at first and doubles up to the longest', () => {
    const bench = new QuorumBench({ chance: 100_000 });
    bench.wait(1999);
    const pauses: number[] = [];
    for (let lost = 0; lost < 5; lost++) {
      const { epoch } = bench.quorum.status;
      bench.answer(2, vote({ epoch }));
      for (const id of [2, 3]) bench.answer(id, vote({ epoch: epoch + 1, voteGranted: false }));
      const before = bench.nowMs;
      while (bench.role === 'candidate') bench.wait(10);
      pauses.push(bench.nowMs - before);
    }
    expect(pauses).toEqual([100, 200, 400, 800, 1000]);
  });
});

describe('what a leader knows of when a replica had caught up', () => {
  it('is its last fetch at the end, or the one before if it has by now what there was then', () => {
    const bench = leaderBench();
    const caughtUp = () => bench.quorum.status.voters?.get(2)?.lastCaughtUpMs;
    const at = (offset: number) => bench.ask(fetchOf(2, { fetchOffset: offset, lastFetchedEpoch: 1 }));
    expect(caughtUp()).toBeNull();
    at(1);
    expect(caughtUp()).toBe(1000);
    bench.propose('a');
    bench.wait(10);
    at(1);
    expect(caughtUp()).toBe(1000);
    bench.propose('b');
    bench.wait(10);
    at(2);
    expect(caughtUp()).toBe(1010);
    bench.wait(10);
    at(2);
    expect(caughtUp()).toBe(1010);
    at(3);
    expect(caughtUp()).toBe(1030);
  });
});
