/** Random lives of small clusters: whatever brokers do, no decision of the controller loses what was acknowledged. */
import { describe, it } from 'vitest';
import { SeededRandom } from '../platform/memory/memory-time.ts';
import { ReplicatedPartitionsModel } from './replicated-partitions-model.ts';

const LIVES = 40;
const STEPS = 400;

describe('the controller', () => {
  it.each([
    [3, 1],
    [3, 2],
    [3, 3],
    [4, 2],
    [5, 2],
  ])(
    'of %i brokers with min.insync.replicas=%i keeps what was acknowledged',
    (brokers, minInsyncReplicas) => {
      for (let seed = 0; seed < LIVES; seed++) {
        const random = new SeededRandom(seed);
        const model = new ReplicatedPartitionsModel({
          ...{ brokers, partitions: 1, below: (bound: number) => random.below(bound) },
          policy: { minInsyncReplicas, uncleanLeaderElection: false },
        });
        try {
          for (let step = 0; step < STEPS; step++) model.step();
        } catch (cause) {
          throw new Error(`seed ${String(seed)}`, { cause });
        }
      }
    },
  );
});
