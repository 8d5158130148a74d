/** Who is in sync and how far the high watermark may go: one replica, three, followers that lag and come back. */
import { describe, expect, it } from 'vitest';
import { type PartitionImage, partitionImage } from '../controller/image.ts';
import { PartitionState } from './partition-state.ts';

function image(changes: Partial<PartitionImage> = {}): PartitionImage {
  return { ...partitionImage({ partition: 0, replicas: [1] }), ...changes };
}

const three = { replicas: [1, 2, 3], isr: [1, 2, 3] };

describe('the high watermark', () => {
  it('is the log end at once with one replica, and never goes back', () => {
    const state = new PartitionState(1, 0);
    expect(state.apply(image(), 7, 0)).toBe(true);
    expect(state.highWatermark).toBe(7);
    expect(state.advance(9)).toBe(true);
    expect(state.advance(9)).toBe(false);
    state.apply(image({ leaderEpoch: 1, partitionEpoch: 1 }), 9, 0);
    expect(state.highWatermark).toBe(9);
  });

  it('waits for the slowest of the in-sync replicas', () => {
    const state = new PartitionState(1, 0);
    state.apply(image(three), 0, 0);
    expect(state.advance(10)).toBe(false);
    expect(state.noteFollowerFetch(2, 10, 10, 1)).toBe(false);
    expect(state.noteFollowerFetch(3, 4, 10, 1)).toBe(true);
    expect(state.highWatermark).toBe(4);
    // A follower that restarts from an earlier offset does not take the high watermark back.
    expect(state.noteFollowerFetch(3, 2, 10, 2)).toBe(false);
    expect(state.highWatermark).toBe(4);
  });

  it('is held back by a replica that is about to join', () => {
    const state = new PartitionState(1, 0);
    state.apply(image({ replicas: [1, 2], isr: [1] }), 5, 0);
    expect(state.highWatermark).toBe(5);
    state.noteFollowerFetch(2, 5, 5, 1);
    expect(state.proposeExpand(2)).toEqual([1, 2]);
    state.setProposedIsr([1, 2]);
    expect(state.advance(8)).toBe(false);
    expect(state.proposeExpand(2)).toBeNull();
    state.setProposedIsr(null);
    expect(state.advance(8)).toBe(true);
  });

  it('of a follower follows the leader, within its own log', () => {
    const state = new PartitionState(2, 0);
    state.apply(image({ ...three }), 0, 0);
    expect(state.role).toBe('follower');
    state.noteLeaderHighWatermark(50, 30);
    expect(state.highWatermark).toBe(30);
    expect(state.advance(40)).toBe(false);
  });
});

describe('the in-sync replicas', () => {
  it('lose those that have not caught up within the time allowed', () => {
    const state = new PartitionState(1, 0);
    state.apply(image(three), 0, 1000);
    state.noteFollowerFetch(2, 10, 10, 2000);
    state.noteFollowerFetch(3, 4, 10, 2000);
    expect(state.proposeShrink(10, 4000, 3000)).toBeNull();
    expect(state.proposeShrink(10, 4001, 3000)).toEqual([1, 2]);
    expect(state.proposeShrink(11, 5001, 3000)).toEqual([1]);
  });

  it('keep one that always has what the leader had at its previous fetch', () => {
    const state = new PartitionState(1, 0);
    state.apply(image({ replicas: [1, 2], isr: [1, 2] }), 0, 0);
    let end = 10;
    for (let nowMs = 1000; nowMs <= 20_000; nowMs += 1000) {
      state.noteFollowerFetch(2, end, end + 10, nowMs);
      end += 10;
    }
    expect(state.proposeShrink(end, 20_000, 3000)).toBeNull();
  });

  it('take in a replica only when it has this epoch from its start and the high watermark', () => {
    const state = new PartitionState(1, 0);
    state.apply(image({ replicas: [1, 2], isr: [1], leaderEpoch: 4 }), 20, 0);
    state.noteFollowerFetch(2, 19, 20, 1);
    expect(state.proposeExpand(2)).toBeNull();
    state.noteFollowerFetch(2, 20, 20, 2);
    expect(state.proposeExpand(2)).toEqual([1, 2]);
    expect(state.proposeExpand(9)).toBeNull();
  });

  it('follow the image, and an older image changes nothing', () => {
    const state = new PartitionState(1, 0);
    state.apply(image({ ...three, partitionEpoch: 5 }), 0, 0);
    expect(state.isUnderReplicated).toBe(false);
    state.apply(image({ ...three, isr: [1], partitionEpoch: 6 }), 0, 0);
    expect(state.isUnderReplicated).toBe(true);
    state.apply(image({ ...three, partitionEpoch: 5 }), 0, 0);
    expect(state.isr).toEqual([1]);
    state.apply(image({ ...three, leader: -1, partitionEpoch: 7 }), 0, 0);
    expect(state.role).toBe('offline');
  });
});
