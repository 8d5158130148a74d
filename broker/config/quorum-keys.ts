/**
 * Keys of a node's part in its cluster: who votes on the metadata, how long nodes wait for each other, and when the
 * metadata log is summed up. Names, types and defaults are Kafka's (KRaftConfigs, QuorumConfig, MetadataLogConfig).
 */
import { int, list, long, optional, text } from './config-key.ts';

export const quorumKeys = {
  'process.roles': list('', 'What this process does: broker, controller or both.', {
    choices: ['broker', 'controller'],
  }),
  'controller.quorum.voters': list('', 'The controllers as id@host:port, separated by commas.'),
  'controller.listener.names': list('', 'Names of the listeners that controllers speak on.'),
  'controller.quorum.election.timeout.ms': int(
    1_000,
    'Time without a majority after which a candidate starts a new election.',
    { min: 1 },
  ),
  'controller.quorum.fetch.timeout.ms': int(
    2_000,
    'Time without an answer of the leading controller after which a voter starts an election, and without fetches of a majority after which the leader gives up.',
    { min: 1 },
  ),
  'controller.quorum.election.backoff.max.ms': int(
    1_000,
    'Longest random pause of a candidate before its next election.',
    { min: 0 },
  ),
  'controller.quorum.request.timeout.ms': int(2_000, 'Longest wait for the answer of another controller.', {
    min: 1,
  }),
  'controller.quorum.retry.backoff.ms': int(20, 'Pause before a controller is asked again.', { min: 0 }),
  'controller.quorum.append.linger.ms': int(25, "Accepted for Kafka's sake: changes are written at once.", {
    min: 0,
  }),
  'broker.heartbeat.interval.ms': int(2_000, 'How often a broker tells the controller that it is there.', {
    min: 1,
  }),
  'broker.session.timeout.ms': int(
    9_000,
    'Time without a heartbeat after which a broker no longer counts as there.',
    { min: 1 },
  ),
  'initial.broker.registration.timeout.ms': int(
    60_000,
    'Longest wait of a starting broker for a controller that takes it in.',
    { min: 1 },
  ),
  'metadata.log.dir': optional(text('', 'Directory of the metadata log; must be the first of log.dirs.')),
  'metadata.log.max.record.bytes.between.snapshots': long(
    20_971_520,
    'Bytes of new metadata records after which they are summed up in a snapshot.',
    { min: 1 },
  ),
  'metadata.log.max.snapshot.interval.ms': long(
    3_600_000,
    'Age of the oldest metadata record that is in no snapshot after which one is made; 0: only by size.',
    { min: 0 },
  ),
} as const;
