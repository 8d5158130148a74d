import { describe, expect, it } from 'vitest';
import { costlyElections } from './costly-elections.ts';
import type { MetadataImage, PartitionImage } from './image.ts';

const before = {
  partition: 0,
  leader: 1,
  isr: [1, 2],
  elr: [3],
  replicas: [1, 2, 3, 4],
} as unknown as PartitionImage;
const topic = { name: 't', topicId: 'T', partitions: new Map([[0, before]]) };
const image = { topicsById: new Map([['T', topic]]) } as unknown as MetadataImage;

function kindOf(change: Partial<PartitionImage>, topicId = 'T'): readonly string[] {
  const changed = { topic: { ...topic, topicId }, partition: { ...before, ...change } };
  return [...costlyElections(image, { changedPartitions: [changed] })];
}

describe('an election', () => {
  it.each([
    ['within the in-sync replicas', { leader: 2 }, []],
    ['of nobody', { leader: -1, isr: [] }, []],
    ['that did not take place', { isr: [1] }, []],
    ['from the eligible leader replicas', { leader: 3, isr: [3] }, ['from the ELR']],
    ['from outside of both', { leader: 4, isr: [4] }, ['unclean']],
  ])('%s', (_what, change, expected) => {
    expect(kindOf(change)).toEqual(expected);
  });

  it('of a new partition costs nothing', () => {
    expect(kindOf({ leader: 4 }, 'new')).toEqual([]);
  });
});
