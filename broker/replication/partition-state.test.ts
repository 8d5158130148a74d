/** Who is in sync and how far the high watermark may go: one replica, three, followers that lag, come back and join. */
import { describe, expect, it } from 'vitest';
import { partitionImage, type PartitionImage } from '../controller/image.ts';
import type { BrokerEpochs } from './follower-progress.ts';
import { PartitionState } from './partition-state.ts';

const MAX_LAG_MS = 3000;

function image(changes: Partial<PartitionImage> = {}): PartitionImage {
  return partitionImage({ partition: 0, replicas: [1], isr: [1], leader: 1, ...changes });
}

const three = { replicas: [1, 2, 3], isr: [1, 2, 3] };

/** Broker 1's view; brokers are registered with epoch 10 times their id. */
function newState({ minIsr = 1, brokerId = 1 } = {}) {
  const config = { minIsr };
  const brokers = new Map<number, BrokerEpochs>(
    [1, 2, 3].map((id) => [id, { brokerEpoch: 10 * id, fenced: false, inControlledShutdown: false }]),
  );
  const state = new PartitionState(brokerId, 0, {
    minInsyncReplicas: () => config.minIsr,
    maxLagMs: () => MAX_LAG_MS,
    broker: (id) => brokers.get(id),
  });
  const fetched = (
    replicaId: number,
    fetchOffset: number,
    leaderEnd: number,
    nowMs: number,
    brokerEpoch = 10 * replicaId,
  ) => state.noteFollowerFetch({ replicaId, brokerEpoch, fetchOffset }, leaderEnd, nowMs);
  return { state, config, brokers, fetched };
}

describe('the high watermark', () => {
  it('is the log end at once with one replica, and never goes back', () => {
    const { state } = newState({ minIsr: 2 });
    expect(state.apply(image(), 7, 0)).toBe(true);
    expect(state.highWatermark).toBe(7);
    expect(state.advance(9, 0)).toBe(true);
    expect(state.advance(9, 0)).toBe(false);
    state.apply(image({ leaderEpoch: 1, partitionEpoch: 1 }), 9, 0);
    expect(state.highWatermark).toBe(9);
  });

  it('waits for the slowest of the in-sync replicas', () => {
    const { state, fetched } = newState();
    state.apply(image(three), 0, 0);
    expect(state.advance(10, 0)).toBe(false);
    expect(fetched(2, 10, 10, 1)).toBe(false);
    expect(fetched(3, 4, 10, 1)).toBe(true);
    expect(state.highWatermark).toBe(4);
    // A follower that asks from an earlier offset does not take the high watermark back.
    expect(fetched(3, 2, 10, 2)).toBe(false);
    expect(state.highWatermark).toBe(4);
  });

  it('stands still while the ISR is smaller than min.insync.replicas', () => {
    const { state, config } = newState({ minIsr: 2 });
    state.apply(image({ ...three, isr: [1] }), 5, 0);
    expect(state.highWatermark).toBe(0);
    expect(state.advance(8, 0)).toBe(false);
    config.minIsr = 1;
    expect(state.advance(8, 0)).toBe(true);
  });

  it('is held back by a replica that is about to join, and by one that is about to leave', () => {
    const { state, fetched } = newState();
    state.apply(image({ replicas: [1, 2], isr: [1] }), 5, 0);
    expect(state.highWatermark).toBe(5);
    fetched(2, 5, 5, 1);
    const joining = state.proposeExpand(5, 1, 2);
    expect(joining?.isr).toEqual([
      { brokerId: 1, brokerEpoch: -1 },
      { brokerId: 2, brokerEpoch: 20 },
    ]);
    expect(state.advance(8, 2)).toBe(false);
    expect(state.proposeExpand(8, 2, 2)).toBeNull();
    if (joining) state.withdraw(joining);
    expect(state.advance(9, 2 * MAX_LAG_MS)).toBe(true);

    state.apply(image({ replicas: [1, 2], isr: [1, 2], partitionEpoch: 1 }), 9, 7000);
    expect(state.proposeShrink(12, 20_000)?.isr.map(({ brokerId }) => brokerId)).toEqual([1]);
    expect(state.advance(12, 20_000)).toBe(false);
  });

  it('is held back by a follower that keeps up, so that it can join a busy partition', () => {
    const { state, fetched, brokers } = newState();
    state.apply(image({ replicas: [1, 2], isr: [1] }), 5, 0);
    fetched(2, 5, 5, 1);
    expect(state.advance(8, 2)).toBe(false);
    expect(state.proposeExpand(8, 3, 2)).not.toBeNull();
    // Not by one that the cluster takes for dead.
    brokers.set(2, { brokerEpoch: 20, fenced: true, inControlledShutdown: false });
    state.apply(image({ replicas: [1, 2], isr: [1], partitionEpoch: 1 }), 8, 4);
    expect(state.highWatermark).toBe(8);
  });

  it('is not held back by a follower that left the ISR or came back as another', () => {
    const { state, fetched } = newState();
    state.apply(image({ replicas: [1, 2], isr: [1, 2] }), 5, 0);
    fetched(2, 5, 5, 1);
    state.apply(image({ replicas: [1, 2], isr: [1], partitionEpoch: 1 }), 5, 2);
    expect(state.advance(6, 3)).toBe(true);
    fetched(2, 6, 6, 4);
    expect(fetched(2, 0, 6, 5, 21)).toBe(false);
    expect(state.advance(7, 6)).toBe(true);
  });

  it('of a follower follows the leader within its own log, and not back', () => {
    const { state } = newState({ brokerId: 2 });
    state.apply(image(three), 0, 0);
    expect(state.role).toBe('follower');
    state.noteLeaderHighWatermark(50, 30);
    expect(state.highWatermark).toBe(30);
    expect(state.advance(40, 0)).toBe(false);
    state.noteLeaderHighWatermark(20, 40);
    expect(state.highWatermark).toBe(30);
    state.clampHighWatermark(0, 25);
    expect(state.highWatermark).toBe(25);
  });
});

describe('the in-sync replicas', () => {
  it('lose those that have not caught up within the time allowed', () => {
    const lagging = (end: number, nowMs: number) => {
      const { state, fetched } = newState();
      state.apply(image(three), 10, 1000);
      fetched(2, 10, 10, 2000);
      fetched(3, 4, 10, 2000);
      return state.proposeShrink(end, nowMs)?.isr.map(({ brokerId }) => brokerId);
    };
    expect(lagging(10, 4000)).toBeUndefined();
    expect(lagging(10, 4001)).toEqual([1, 2]);
    expect(lagging(11, 5001)).toEqual([1]);
  });

  it('keep one that always has what the leader had at its previous fetch', () => {
    const { state, fetched } = newState();
    state.apply(image({ replicas: [1, 2], isr: [1, 2] }), 0, 0);
    let end = 10;
    for (let nowMs = 1000; nowMs <= 20_000; nowMs += 1000) {
      fetched(2, end, end + 10, nowMs);
      end += 10;
    }
    expect(state.proposeShrink(end, 20_000)).toBeNull();
  });

  it('keep one that had nothing to fetch, and give it its time from the first record it lacks', () => {
    const { state, fetched } = newState();
    state.apply(image({ replicas: [1, 2], isr: [1, 2] }), 5, 0);
    fetched(2, 5, 5, 100);
    expect(state.proposeShrink(5, 1_000_000)).toBeNull();
    state.advance(6, 1_000_000);
    expect(state.proposeShrink(6, 1_000_000 + MAX_LAG_MS)).toBeNull();
    state.advance(7, 1_000_500);
    expect(state.proposeShrink(7, 1_000_001 + MAX_LAG_MS)).not.toBeNull();
  });

  it('take in a replica only when it has this epoch from its start and the high watermark', () => {
    const { state, fetched } = newState();
    state.apply(image({ replicas: [1, 2], isr: [1], leaderEpoch: 4 }), 20, 0);
    fetched(2, 19, 20, 1);
    expect(state.proposeExpand(20, 1, 2)).toBeNull();
    fetched(2, 20, 20, 2);
    expect(state.proposeExpand(20, 2, 9)).not.toBeNull();
  });

  it.each([
    ['fenced', { brokerEpoch: 20, fenced: true, inControlledShutdown: false }, 20],
    ['on its way out', { brokerEpoch: 20, fenced: false, inControlledShutdown: true }, 20],
    ['not known', undefined, 20],
    ['silent about its registration', { brokerEpoch: 20, fenced: false, inControlledShutdown: false }, -1],
    [
      'registered again, but not yet seen here',
      { brokerEpoch: 20, fenced: false, inControlledShutdown: false },
      25,
    ],
  ])('take in nobody who is %s', (_why, broker, fetchedWith) => {
    const { state, fetched, brokers } = newState();
    state.apply(image({ replicas: [1, 2], isr: [1] }), 5, 0);
    if (broker === undefined) brokers.delete(2);
    else brokers.set(2, broker);
    fetched(2, 5, 5, 1, fetchedWith);
    expect(state.proposeExpand(5, 1, 2)).toBeNull();
    brokers.set(2, { brokerEpoch: fetchedWith, fenced: false, inControlledShutdown: false });
    if (fetchedWith > 0) expect(state.proposeExpand(5, 1, 2)).not.toBeNull();
  });

  it('hear nothing from an earlier registration, or from who is no replica', () => {
    const { state, fetched, brokers } = newState();
    state.apply(image({ replicas: [1, 2], isr: [1, 2] }), 5, 0);
    expect(state.refusesReplica(3, 30)).toBe('unknown');
    expect(state.refusesReplica(2, 19)).toBe('stale');
    fetched(2, 5, 5, 1, 25);
    expect(state.refusesReplica(2, 24)).toBe('stale');
    expect(state.refusesReplica(2, 25)).toBeNull();
    brokers.set(2, { brokerEpoch: 26, fenced: false, inControlledShutdown: false });
    expect(state.refusesReplica(2, 25)).toBe('stale');
    expect(fetched(2, 9, 9, 1, 25)).toBe(false);
    expect(state.followers.get(2)?.logEndOffset).toBe(5);
  });

  it('follow the image, and an older image changes nothing', () => {
    const { state } = newState();
    state.apply(image({ ...three, partitionEpoch: 5 }), 0, 0);
    expect(state.isUnderReplicated).toBe(false);
    state.apply(image({ ...three, isr: [1], partitionEpoch: 6 }), 0, 0);
    expect(state.isUnderReplicated).toBe(true);
    state.apply(image({ ...three, partitionEpoch: 5 }), 0, 0);
    expect(state.isr).toEqual([1]);
    state.apply(image({ ...three, leader: -1, partitionEpoch: 7 }), 0, 0);
    expect(state.role).toBe('offline');
  });

  it('of a partition that is moved are not missed where they only arrive', () => {
    const { state } = newState();
    const moving = { replicas: [1, 2, 3], isr: [1, 2], addingReplicas: [3], removingReplicas: [2] };
    state.apply(image(moving), 0, 0);
    expect([state.isUnderReplicated, state.isReassigning]).toEqual([false, true]);
    state.apply(image({ ...moving, isr: [1], partitionEpoch: 1 }), 0, 0);
    expect(state.isUnderReplicated).toBe(true);
  });
});

describe('a proposal', () => {
  function proposed() {
    const own = newState();
    own.state.apply(image({ replicas: [1, 2], isr: [1], partitionEpoch: 3 }), 5, 0);
    own.fetched(2, 5, 5, 1);
    const proposal = own.state.proposeExpand(5, 1, 2);
    if (proposal === null) throw new Error('nothing was proposed');
    return { ...own, proposal };
  }

  it('becomes true by the answer', () => {
    const { state, proposal } = proposed();
    const answer = { isr: [1, 2], leaderEpoch: 0, partitionEpoch: 4 };
    expect(state.commitIsr(proposal, answer, 5, 2)).toBe(true);
    expect([state.isr, state.partitionEpoch, state.proposal]).toEqual([[1, 2], 4, null]);
    expect(state.commitIsr(proposal, answer, 5, 2)).toBe(false);
    // The image of the same epoch comes after.
    state.apply(image({ replicas: [1, 2], isr: [1, 2], partitionEpoch: 4 }), 5, 3);
    expect(state.isr).toEqual([1, 2]);
  });

  it('stays through an image of its own partition epoch, and ends with a later one', () => {
    const { state, proposal } = proposed();
    state.apply(image({ replicas: [1, 2], isr: [1], partitionEpoch: 3 }), 5, 2);
    expect(state.proposal).toBe(proposal);
    state.apply(image({ replicas: [1, 2], isr: [1], partitionEpoch: 4 }), 5, 2);
    expect(state.proposal).toBeNull();
    expect(state.commitIsr(proposal, { isr: [1, 2], leaderEpoch: 0, partitionEpoch: 4 }, 5, 3)).toBe(false);
  });

  it('of another leader epoch says nothing about this one', () => {
    const { state, proposal } = proposed();
    expect(state.commitIsr(proposal, { isr: [1, 2], leaderEpoch: 1, partitionEpoch: 5 }, 5, 2)).toBe(false);
    expect(state.isr).toEqual([1]);
    state.apply(image({ replicas: [1, 2], leader: 2, isr: [2], leaderEpoch: 1, partitionEpoch: 5 }), 5, 3);
    expect([state.proposal, state.role]).toEqual([null, 'follower']);
  });
});
