/**
 * Hundreds of seeded lives of a quorum, and the same with one rule broken at a time, which must be noticed.
 *
 * A life that fails says how to play it again, the same to the last step.
 */
import { describe, expect, it } from 'vitest';
import { type QuorumRules, quorumRules } from './quorum-rules.ts';
import { QuorumSimulation, type SimulationSetting } from './testing/quorum-simulation.ts';

/** Set it to what a failing life says of itself, to see that one alone. */
const REPLAY = null as SimulationSetting | null;

const SEEDS = 150;
/** Each broken rule is noticed within some tens of lives. */
const SEEDS_TO_NOTICE = 400;

const seeds = REPLAY === null ? Array.from({ length: SEEDS }, (_, index) => index + 1) : [REPLAY.seed];
const voterCounts = REPLAY === null ? [1, 2, 3, 5] : [REPLAY.voterCount];
/** With fewer voters there is less that can go wrong. */
const livesOf = (voterCount: number) => seeds.slice(0, voterCount < 3 ? SEEDS / 10 : SEEDS);

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function live(setting: SimulationSetting): QuorumSimulation {
  const simulation = new QuorumSimulation(setting);
  try {
    simulation.run();
  } catch (cause) {
    const { seed, voterCount } = setting;
    const replay = `{ seed: ${String(seed)}, voterCount: ${String(voterCount)} }`;
    throw new Error(`${messageOf(cause)}\nTo see it again: const REPLAY = ${replay}`, { cause });
  }
  return simulation;
}

/** What is noticed first in a broken quorum; null when nothing is. */
function noticed(setting: Omit<SimulationSetting, 'seed'>): string | null {
  for (let seed = 1; seed <= SEEDS_TO_NOTICE; seed++) {
    try {
      new QuorumSimulation({ ...setting, seed }).run();
    } catch (cause) {
      return messageOf(cause);
    }
  }
  return null;
}

describe('a quorum in trouble', () => {
  it.each(voterCounts)('of %i voters and an observer keeps every promise', (voterCount) => {
    let elections = 0;
    let commits = 0;
    const lives = livesOf(voterCount);
    for (const seed of lives) {
      const { invariants } = live({ seed, voterCount });
      elections += invariants.leaderCount;
      commits += invariants.committed.length;
    }
    // Not because nothing happened.
    expect(elections).toBeGreaterThanOrEqual(lives.length * 3);
    expect(commits).toBeGreaterThanOrEqual(lives.length * 20);
  });

  it('lives the same life again from the same seed', () => {
    const events = [7, 7, 8].map((seed) => new QuorumSimulation({ seed, voterCount: 3 }).run());
    expect(events[1]).toBe(events[0]);
    expect(events[2]).not.toBe(events[0]);
  });
});

const brokenRules: Record<string, Partial<QuorumRules>> = {
  'words of old epochs are believed': { isStale: () => false },
  'anyone is elected, whatever is in its log': { logIsUpToDate: () => true },
  'a vote is given twice': {
    grantsVote: (voter, candidateId, preVote) => {
      return quorumRules.grantsVote({ ...voter, votedId: null }, candidateId, preVote);
    },
  },
  'records of older epochs are committed by counting': {
    committedOffset: (ends) => quorumRules.committedOffset(ends, -1),
  },
  'one voter is enough to commit': {
    committedOffset: (ends, start) => quorumRules.committedOffset([Math.max(...ends)], start),
  },
  'a diverging log is not noticed': {
    fetchPosition: (log, fetchOffset, lastFetchedEpoch) => {
      const position = quorumRules.fetchPosition(log, fetchOffset, lastFetchedEpoch);
      const isWithin = fetchOffset <= log.endOffset();
      return position.kind === 'diverging' && isWithin ? { kind: 'valid' } : position;
    },
  },
  "a diverging log is cut by the leader's end alone": {
    truncationOffset: (log, diverging) => Math.min(log.endOffset(), diverging.offset),
  },
};

describe('the simulation notices that', () => {
  it.each(Object.entries(brokenRules))('%s', (_what, broken) => {
    expect(noticed({ voterCount: 3, rules: { ...quorumRules, ...broken } })).not.toBeNull();
  });

  it('a vote is told before it is persisted', () => {
    expect(noticed({ voterCount: 3, fault: 'votesNotPersisted' })).not.toBeNull();
  });

  it('records are acknowledged before they are on the device', () => {
    expect(noticed({ voterCount: 3, fault: 'appendsNotFlushed' })).not.toBeNull();
  });
});
