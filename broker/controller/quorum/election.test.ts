/** Elections: who may be elected, by whom, in which epoch, and what must be on the disk before it is said. */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../../protocol/errors.ts';
import type { VoteRequest } from './quorum-messages.ts';
import { fetched, leaderBench, QuorumBench, vote } from './testing/quorum-bench.ts';

function voteOf(part: Partial<VoteRequest>): VoteRequest {
  const logEnd = { offset: 3, epoch: 4 };
  return { kind: 'vote', epoch: 5, candidateId: 2, voterId: 1, logEnd, preVote: false, ...part };
}

const log = [1, 4, 4];
const unattached = { epoch: 5, leaderId: null, votedId: null };

describe('a vote', () => {
  it('is granted once in an epoch, to the same candidate again, and on the disk before it is told', () => {
    const bench = new QuorumBench({ state: unattached, log });
    expect(bench.ask(voteOf({}))).toMatchObject({ errorCode: 0, voteGranted: true, epoch: 5 });
    const kinds = bench.effects.map(({ kind }) => kind);
    expect(kinds.indexOf('persist')).toBeLessThan(kinds.indexOf('reply'));
    expect(bench.disk.state).toEqual({ epoch: 5, leaderId: null, votedId: 2 });
    expect(bench.ask(voteOf({ candidateId: 3 }))).toMatchObject({ errorCode: 0, voteGranted: false });
    expect(bench.ask(voteOf({}))).toMatchObject({ voteGranted: true });
  });

  it('is remembered after a restart', () => {
    const bench = new QuorumBench({ state: { ...unattached, votedId: 3 }, log });
    expect(bench.ask(voteOf({}))).toMatchObject({ voteGranted: false });
    expect(bench.ask(voteOf({ candidateId: 3 }))).toMatchObject({ voteGranted: true });
  });

  it.each([
    ['the same end', { offset: 3, epoch: 4 }, true],
    ['a shorter log', { offset: 2, epoch: 4 }, false],
    ['a longer log of an older epoch', { offset: 9, epoch: 3 }, false],
  ])('depends on the log: %s', (_what, logEnd, voteGranted) => {
    const bench = new QuorumBench({ state: unattached, log });
    expect(bench.ask(voteOf({ logEnd }))).toMatchObject({ voteGranted });
  });

  it('is refused in an epoch that is over, and when the epoch has a leader', () => {
    const bench = new QuorumBench({ state: { epoch: 5, leaderId: 3, votedId: null }, log });
    const fenced = { errorCode: ErrorCode.FENCED_LEADER_EPOCH, epoch: 5, leaderId: 3, voteGranted: false };
    expect(bench.ask(voteOf({ epoch: 4, logEnd: { offset: 0, epoch: 0 } }))).toMatchObject(fenced);
    expect(bench.ask(voteOf({}))).toMatchObject({ errorCode: 0, leaderId: 3, voteGranted: false });
  });

  it('is refused by who doubts the leader of the epoch, too', () => {
    const bench = new QuorumBench({ state: { epoch: 5, leaderId: 3, votedId: null }, log });
    bench.wait(2000);
    expect(bench.role).toBe('prospective');
    expect(bench.ask(voteOf({}))).toMatchObject({ voteGranted: false, leaderId: 3 });
  });

  it('of its own epoch is given by one that is about to stand itself', () => {
    const bench = new QuorumBench({ state: unattached, log });
    bench.wait(1000);
    expect(bench.role).toBe('prospective');
    expect(bench.ask(voteOf({}))).toMatchObject({ voteGranted: true });
    expect(bench.role).toBe('prospective');
  });

  it('for another does not put off an own attempt', () => {
    const bench = new QuorumBench({ state: unattached, log });
    bench.wait(900);
    bench.ask(voteOf({ epoch: 6 }));
    bench.wait(100);
    expect(bench.quorum.status).toMatchObject({ role: 'prospective', epoch: 6, votedId: 2 });
  });

  it('of a newer epoch is given by a follower, which then has no leader', () => {
    const bench = new QuorumBench({ state: { epoch: 5, leaderId: 3, votedId: 3 }, log });
    expect(bench.ask(voteOf({ epoch: 6 }))).toMatchObject({ voteGranted: true, epoch: 6, leaderId: null });
    expect(bench.role).toBe('unattached');
    expect(bench.disk.state).toEqual({ epoch: 6, leaderId: null, votedId: 2 });
  });

  it.each([
    ['a log as new as the epoch it stands in', { logEnd: { offset: 9, epoch: 5 } }, 'INVALID_REQUEST'],
    ['a candidate that is no voter', { candidateId: 9 }, 'INCONSISTENT_VOTER_SET'],
    ['another voter than this', { voterId: 2 }, 'INVALID_VOTER_KEY'],
  ] as const)('is not even considered for %s', (_what, part, code) => {
    const bench = new QuorumBench({ state: unattached, log });
    expect(bench.ask(voteOf(part))).toMatchObject({ errorCode: ErrorCode[code], voteGranted: false });
    expect(bench.disk.state).toEqual(unattached);
  });
});

describe('a pre-vote', () => {
  const preVote = { preVote: true, epoch: 5 };

  it('binds nobody: it is given to two, and nothing is written', () => {
    const bench = new QuorumBench({ state: unattached, log });
    expect(bench.ask(voteOf(preVote))).toMatchObject({ voteGranted: true });
    expect(bench.ask(voteOf({ ...preVote, candidateId: 3 }))).toMatchObject({ voteGranted: true });
    expect(bench.disk.state).toEqual(unattached);
  });

  it('is refused by a follower as soon as its leader has answered it', () => {
    const bench = new QuorumBench({ state: { epoch: 5, leaderId: 3, votedId: null }, log });
    expect(bench.ask(voteOf(preVote))).toMatchObject({ voteGranted: true });
    bench.answer(3, fetched({ epoch: 5, leaderId: 3 }));
    expect(bench.ask(voteOf(preVote))).toMatchObject({ voteGranted: false });
  });

  it('may be asked for with a log of the own epoch', () => {
    const bench = new QuorumBench({ state: unattached, log });
    expect(bench.ask(voteOf({ ...preVote, logEnd: { offset: 3, epoch: 5 } }))).toMatchObject({
      voteGranted: true,
    });
  });

  it('is refused by the leader', () => {
    const bench = leaderBench();
    const ask = voteOf({ ...preVote, epoch: 1, logEnd: { offset: 9, epoch: 1 } });
    expect(bench.ask(ask)).toMatchObject({ voteGranted: false, leaderId: 1 });
  });
});

describe('standing for election', () => {
  it('begins with pre-votes in the old epoch, goes on in the next, and ends with a LEADER_CHANGE record', () => {
    const bench = new QuorumBench();
    bench.wait(999);
    expect(bench.role).toBe('unattached');
    bench.wait(1);
    expect(bench.role).toBe('prospective');
    expect(bench.lastSent(2).request).toMatchObject({ kind: 'vote', epoch: 0, preVote: true });
    bench.answer(2, vote({ epoch: 0 }));
    expect(bench.role).toBe('candidate');
    expect(bench.disk.state).toEqual({ epoch: 1, leaderId: null, votedId: 1 });
    expect(bench.lastSent(3).request).toMatchObject({ kind: 'vote', epoch: 1, preVote: false });
    bench.answer(3, vote({ epoch: 1 }));
    expect(bench.role).toBe('leader');
    expect(bench.disk.state).toEqual({ epoch: 1, leaderId: 1, votedId: 1 });
    const change = {
      kind: 'appendLeaderChange',
      epoch: 1,
      leaderId: 1,
      voters: [1, 2, 3],
      grantingVoters: [1, 3],
    };
    expect(bench.effects).toContainEqual(change);
    expect(bench.lastSent(2).request).toMatchObject({ kind: 'beginQuorumEpoch', epoch: 1, leaderId: 1 });
  });

  it('is given up without a new epoch when a majority would not elect it', () => {
    const bench = new QuorumBench();
    bench.wait(1000);
    bench.answer(2, vote({ epoch: 0, voteGranted: false }));
    expect(bench.role).toBe('prospective');
    bench.answer(3, vote({ epoch: 0, voteGranted: false }));
    expect(bench.quorum.status).toMatchObject({ role: 'unattached', epoch: 0 });
  });

  it('brings a follower back to its leader when the others still have it', () => {
    const bench = new QuorumBench({ state: { epoch: 5, leaderId: 3, votedId: null }, log });
    bench.wait(2000);
    expect(bench.role).toBe('prospective');
    bench.answer(2, { ...vote({ epoch: 5, voteGranted: false }), leaderId: 3 });
    bench.answer(3, { ...vote({ epoch: 5, voteGranted: false }), leaderId: 3 });
    expect(bench.quorum.status).toMatchObject({ role: 'follower', leaderId: 3, epoch: 5 });
  });

  it('after a lost vote begins anew after a pause, and with pre-votes', () => {
    const bench = new QuorumBench();
    bench.wait(1000);
    bench.answer(2, vote({ epoch: 0 }));
    bench.answer(2, vote({ epoch: 1, voteGranted: false }));
    bench.answer(3, vote({ epoch: 1, voteGranted: false }));
    expect(bench.role).toBe('candidate');
    bench.wait(1);
    expect(bench.quorum.status).toMatchObject({ role: 'prospective', epoch: 1, votedId: 1 });
  });

  it('asks for no more votes once they cannot help: others may need them', () => {
    const bench = new QuorumBench({ voters: [1, 2, 3, 4, 5], chance: 100 });
    bench.wait(1100);
    for (const id of [2, 3]) bench.answer(id, vote({ epoch: 0 }));
    for (const id of [2, 3, 4]) bench.answer(id, vote({ epoch: 1, voteGranted: false }));
    const { requestId } = bench.lastSent(5);
    bench.quorum.step({ type: 'failed', from: 5, requestId }, bench.nowMs);
    bench.drain();
    const before = bench.sent(5).length;
    bench.wait(20);
    expect(bench.role).toBe('candidate');
    expect(bench.sent(5)).toHaveLength(before);
  });

  it('asks again when a vote was not answered in time, and drops the late answer', () => {
    const bench = new QuorumBench();
    bench.wait(1000);
    const { requestId: late } = bench.lastSent(2);
    bench.quorum.step({ type: 'failed', from: 2, requestId: late }, bench.nowMs);
    bench.drain();
    bench.wait(20);
    expect(bench.lastSent(2).requestId).not.toBe(late);
    bench.quorum.step({ type: 'answer', from: 2, requestId: late, answer: vote({ epoch: 0 }) }, bench.nowMs);
    bench.drain();
    expect(bench.role).toBe('prospective');
  });

  it('takes no time for a voter that is alone', () => {
    const bench = new QuorumBench({ voters: [1] });
    expect(bench.quorum.status).toMatchObject({ role: 'leader', epoch: 1, highWatermark: 1 });
    const again = new QuorumBench({ voters: [1], state: { epoch: 1, leaderId: 1, votedId: 1 }, log: [1] });
    expect(again.quorum.status).toMatchObject({ role: 'leader', epoch: 3, highWatermark: 2 });
  });

  it('is nothing an observer does', () => {
    const bench = new QuorumBench({ localId: 9 });
    bench.wait(60_000);
    expect(bench.role).toBe('unattached');
    expect(bench.ask(voteOf({ voterId: 9 }))).toMatchObject({ errorCode: ErrorCode.INCONSISTENT_VOTER_SET });
  });
});

describe('after a restart', () => {
  it('a leader does not lead its epoch again', () => {
    const bench = new QuorumBench({ state: { epoch: 5, leaderId: 1, votedId: 1 }, log });
    expect(bench.role).toBe('resigned');
    bench.wait(1000);
    expect(bench.quorum.status).toMatchObject({ role: 'unattached', epoch: 6, votedId: null });
  });

  it('a member whose election state is lost, or older than its log, begins in the last epoch of the log', () => {
    const state = { epoch: 3, leaderId: 2, votedId: null };
    expect(new QuorumBench({ log, state }).quorum.status).toMatchObject({ role: 'unattached', epoch: 4 });
    expect(new QuorumBench({ log }).quorum.status).toMatchObject({ role: 'unattached', epoch: 4 });
  });
});
