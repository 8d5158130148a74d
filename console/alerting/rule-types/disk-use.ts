/**
 * The log directories of a broker: bytes of the replicas in them, or the fullest of its disks in percent. A share needs brokers that
 * tell the size of the volume (KIP-827, Kafka 3.3); of older ones it is unknown.
 */
import type { BrokerSnapshot } from '../../model/snapshot.ts';
import type { RuleOf } from '../alert-rule.ts';
import { measured, unknown, type Reading, type SnapshotView } from '../reading.ts';
import type { SnapshotRuleType } from './rule-type.ts';

export const diskUseRule: SnapshotRuleType<'disk-use'> = {
  type: 'disk-use',
  reads: 'snapshot',
  read,
  // Without its broker a disk is neither full nor well.
  readAbsent: (subject) => unknown(subject, 'The broker does not answer.'),
  expected: ({ broker }) => (broker === null ? null : { group: null, topic: null, broker }),
  concerns: (rule, { group, topic, broker }) =>
    group === null && topic === null && broker !== null && (rule.broker === null || rule.broker === broker),
  courseOf: ({ unit }, { broker }) =>
    unit === 'bytes' && broker !== null ? { name: 'broker.logDirBytes', broker: String(broker) } : null,
};

function read(rule: RuleOf<'disk-use'>, { snapshot }: SnapshotView): Reading[] {
  return snapshot.brokers
    .filter(({ id }) => rule.broker === null || rule.broker === id)
    .map((broker) => {
      const subject = { group: null, topic: null, broker: broker.id };
      if (rule.unit === 'bytes') {
        return broker.logDirBytes === null
          ? unknown(subject, 'The broker does not tell its log directories.')
          : measured(subject, broker.logDirBytes, rule);
      }
      const fullest = fullestDisk(broker);
      return fullest === null
        ? unknown(subject, 'The broker does not tell how large its disks are.')
        : measured(subject, fullest.percent, rule, { reason: fullest.path });
    });
}

function fullestDisk({ logDirs }: BrokerSnapshot): { path: string; percent: number } | null {
  let fullest: { path: string; percent: number } | null = null;
  for (const { path, totalBytes, usableBytes } of logDirs ?? []) {
    if (totalBytes === null || usableBytes === null || totalBytes <= 0) continue;
    const percent = Math.round((1 - usableBytes / totalBytes) * 1_000) / 10;
    if (fullest === null || percent > fullest.percent) fullest = { path, percent };
  }
  return fullest;
}
