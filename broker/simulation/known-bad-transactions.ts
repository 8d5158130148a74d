/** Variants of the cluster that break one rule of transactions each (see known-bad-variants.ts). */
import type { checkDataBatch } from '../log/producer-checks.ts';
import type { OpenTransactions } from '../log/open-transactions.ts';
import type { TransactionIndex } from '../log/txn-index.ts';
import type { endAndRaise } from '../coordinator/transaction/end-and-raise.ts';
import type { TransactionContext } from '../coordinator/transaction/transaction-context.ts';
import type { TransactionShard } from '../coordinator/transaction/transaction-shard.ts';
import type { TransactionQuestion, verifiedAppends } from '../replication/verified-appends.ts';
import { exchanged, type Exports, type KnownBadVariant, patched } from './known-bad-variants.ts';

export const knownBadTransactions: readonly KnownBadVariant[] = [
  {
    name: 'a coordinator that takes over does not have the markers written of what was decided before',
    troubles: ['kill', 'stop', 'powerCut'],
    module: '../coordinator/transaction/transaction-shard.ts',
    replace: (original: { TransactionShard: typeof TransactionShard }) => {
      // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
      const { loaded } = original.TransactionShard.prototype;
      return {
        TransactionShard: patched(original.TransactionShard, {
          loaded(this: TransactionShard, context: TransactionContext) {
            loaded.call(this, { ...context, outbox: { ...context.outbox, send: () => undefined } });
          },
        }),
      };
    },
  },
  {
    name: 'a leader takes records of a producer whose epoch is over',
    module: '../log/producer-checks.ts',
    replace: (original: Exports) =>
      exchanged(original, 'checkDataBatch', (real: typeof checkDataBatch) => (entry, header, origin) => {
        const isStale = entry !== undefined && header.producerEpoch < entry.epoch;
        return isStale ? { kind: 'new' } : real(entry, header, origin);
      }),
    // Where it has one open, the coordinator would be asked, which knows the epoch, too.
    also: {
      module: '../replication/verified-appends.ts',
      replace: (original: Exports) =>
        exchanged(
          original,
          'verifiedAppends',
          (real: typeof verifiedAppends) => (append, partitions, options) => {
            const verifyTransaction = (question: TransactionQuestion): Promise<number> => {
              const { topic, partition, producerId, producerEpoch } = question;
              const entry = partitions.get(topic, partition)?.log.producers.get(producerId);
              const isOpen = entry !== undefined && entry.currentTxnFirstOffset >= 0;
              if (isOpen && entry.epoch > producerEpoch) return Promise.resolve(0);
              return options.verifyTransaction?.(question) ?? Promise.resolve(0);
            };
            return real(append, partitions, { ...options, verifyTransaction });
          },
        ),
    },
  },
  {
    name: 'the last stable offset is not held back by what is open',
    module: '../log/open-transactions.ts',
    replace: (original: { OpenTransactions: typeof OpenTransactions }) => ({
      OpenTransactions: patched(original.OpenTransactions, { firstUnstable: () => null }),
    }),
  },
  {
    name: 'what is known of aborted transactions is lost with a restart',
    troubles: ['kill', 'stop'],
    module: '../log/txn-index.ts',
    replace: (original: { TransactionIndex: typeof TransactionIndex }) => ({
      TransactionIndex: class extends original.TransactionIndex {
        constructor(...args: ConstructorParameters<typeof TransactionIndex>) {
          super(...args);
          const [{ disk }, path] = args;
          if (disk.exists(path)) this.reset();
        }
      },
    }),
  },
  {
    name: 'an end that comes late ends the transaction after it',
    module: '../coordinator/transaction/end-and-raise.ts',
    replace: (original: Exports) =>
      exchanged(original, 'endAndRaise', (real: typeof endAndRaise) => (known, request, replyTo, context) => {
        const producerEpoch = known?.stored?.producerEpoch ?? request.producerEpoch;
        real(known, { ...request, producerEpoch }, replyTo, context);
      }),
  },
  {
    name: 'a transaction that takes too long is not aborted',
    module: '../coordinator/transaction/transaction.ts',
    replace: (original: Exports) => exchanged(original, 'abortOverdue', () => () => undefined),
  },
];
