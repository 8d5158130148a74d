/**
 * Variants of the cluster that break one of its rules each, for the test that must see every one of them noticed. A variant
 * replaces what one module exports, for as long as the test runs: the product itself has no switch for them.
 */
import type { alterPartition } from '../controller/alter-partition.ts';
import type { registerIncarnation } from '../controller/broker-registration.ts';
import type { FollowersProgress } from '../replication/follower-progress.ts';
import type { FollowedPartition } from '../replication/follower/followed-partition.ts';
import type { LocalPartition } from '../replication/local-partition.ts';
import type { PartitionState } from '../replication/partition-state.ts';

export type Exports = Record<string, unknown>;
type AnyFunction = (...values: never[]) => unknown;

/** Exchanges what one module exports. */
export interface Exchange {
  /** Relative to this folder. */
  readonly module: string;
  readonly replace: (original: never) => Exports;
}

export interface KnownBadVariant extends Exchange {
  /** Continues "notices that". */
  readonly name: string;
  /** What befalls the clusters that are to notice; default: as the seeds have it. */
  readonly troubles?: readonly string[];
  /** The first seed; default 1. */
  readonly from?: number;
  /** Where one rule is held in two places. */
  readonly also?: Exchange;
}

/** The class itself, with some methods exchanged; the module is the test's own. */
export function patched<T extends { readonly prototype: object }>(
  original: T,
  methods: Readonly<Record<string, unknown>>,
): T {
  for (const [name, value] of Object.entries(methods)) {
    const descriptor = Object.getOwnPropertyDescriptor(original.prototype, name);
    if (descriptor === undefined) throw new Error(`there is no ${name} any more`);
    const isGetter = descriptor.get !== undefined;
    Object.defineProperty(original.prototype, name, {
      configurable: true,
      ...(isGetter ? { get: value as () => unknown } : { value }),
    });
  }
  return original;
}

/** Throws when the export that a variant exchanges is not there any more. */
export function exchanged<F extends AnyFunction>(
  original: Exports,
  name: string,
  make: (real: F) => F,
): Exports {
  const real = original[name];
  if (typeof real !== 'function') throw new Error(`there is no ${name} any more`);
  return { [name]: make(real as F) };
}

export const knownBadVariants: readonly KnownBadVariant[] = [
  {
    name: 'a leader does not look at the epoch of what its follower has',
    module: '../replication/local-partition.ts',
    replace: (original: { LocalPartition: typeof LocalPartition }) => ({
      LocalPartition: patched(original.LocalPartition, {
        endOfEpoch(this: LocalPartition, epoch: number) {
          return { epoch, endOffset: this.logEndOffset };
        },
      }),
    }),
  },
  {
    name: 'a follower cuts its log at its high watermark',
    module: '../replication/follower/followed-partition.ts',
    replace: (original: { FollowedPartition: typeof FollowedPartition }) => ({
      FollowedPartition: class extends original.FollowedPartition {
        constructor(...args: ConstructorParameters<typeof FollowedPartition>) {
          super(...args);
          const [, { log, highWatermark }] = args;
          if (highWatermark < log.logEndOffset) log.truncateTo(highWatermark);
        }
      },
    }),
  },
  {
    name: 'a leader acknowledges before its in-sync replicas have it',
    module: '../replication/follower-progress.ts',
    replace: (original: { FollowersProgress: typeof FollowersProgress }) => ({
      FollowersProgress: patched(original.FollowersProgress, {
        lowestEnd: (leaderEnd: number) => leaderEnd,
      }),
    }),
  },
  {
    name: 'a leader takes a smaller ISR for granted before the controller has agreed',
    module: '../replication/partition-state.ts',
    replace: (original: { PartitionState: typeof PartitionState }) => {
      // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
      const { proposeShrink } = original.PartitionState.prototype;
      return {
        PartitionState: patched(original.PartitionState, {
          proposeShrink(this: PartitionState, logEndOffset: number, nowMs: number) {
            const proposal = proposeShrink.call(this, logEndOffset, nowMs);
            if (proposal === null) return null;
            const isr = proposal.isr.map(({ brokerId }) => brokerId);
            this.commitIsr(proposal, { ...proposal, isr }, logEndOffset, nowMs);
            return proposal;
          },
        }),
      };
    },
  },
  {
    name: 'the high watermark moves while the ISR is smaller than min.insync.replicas',
    troubles: ['pause', 'cut'],
    module: '../replication/partition-state.ts',
    replace: (original: { PartitionState: typeof PartitionState }) => ({
      PartitionState: patched(original.PartitionState, { effectiveMinIsr: () => 1 }),
    }),
  },
  {
    name: 'a voter forgets its vote in a crash',
    troubles: ['splitVote'],
    from: 22,
    module: '../controller/metadata-log/quorum-state-file.ts',
    replace: (original: Exports) => exchanged(original, 'writeQuorumState', () => () => Promise.resolve()),
  },
  {
    name: 'any live replica is elected',
    troubles: ['kill', 'kill', 'pause', 'powerCut'],
    module: '../controller/partition-change.ts',
    replace: (original: Exports) =>
      exchanged(original, 'decidePartitionChange', (real: (target: object) => unknown) => (target) => {
        const isOnline = 'election' in target && target.election === 'online';
        return real(isOnline ? { ...target, election: 'unclean' } : target);
      }),
  },
  {
    name: 'an ISR of the past is accepted, whatever happened to its members since',
    troubles: ['kill', 'kill', 'tear'],
    module: '../controller/alter-partition.ts',
    replace: (original: Exports) =>
      exchanged(original, 'alterPartition', (real: typeof alterPartition) => {
        return (request, image, policy) => {
          const topics = request.topics.map(({ topicId, partitions }) => ({
            topicId,
            partitions: partitions.map((wanted) => {
              const now = image.topicsById.get(topicId)?.partitions.get(wanted.partitionIndex);
              const partitionEpoch = now?.partitionEpoch ?? wanted.partitionEpoch;
              const newIsr = wanted.newIsr.map(({ brokerId }) => ({ brokerId, brokerEpoch: -1 }));
              return { ...wanted, partitionEpoch, newIsr };
            }),
          }));
          return real({ ...request, topics }, image, policy);
        };
      }),
  },
  {
    name: 'a broker that restarted uncleanly stays in sync',
    troubles: ['powerCut', 'kill'],
    module: '../controller/broker-registration.ts',
    replace: (original: Exports) =>
      exchanged(original, 'registerIncarnation', (real: typeof registerIncarnation) => {
        return (request, image, policy, facts) => {
          const previousBrokerEpoch = image.brokers.get(request.brokerId)?.brokerEpoch ?? -1;
          return real({ ...request, previousBrokerEpoch }, image, policy, facts);
        };
      }),
  },
];
