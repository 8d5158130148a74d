/**
 * Decides the life of a broker in the cluster: it registers fenced under an incarnation of its own, is unfenced by its
 * heartbeats (broker-heartbeat.ts), is fenced when it is silent, and may be forgotten.
 *
 * A registration that does not name the epoch of the one before it comes from a broker that was not stopped properly
 * (KIP-966): its newest records may be lost, so it leaves every ISR and ELR before it is let in. The same holds for a
 * broker that nobody knows: if it was forgotten, nobody can say what its disk holds now.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { type CommandError, type CommandResult, refusal, type ReplicaPolicy } from './command.ts';
import { rangeOf } from './features.ts';
import type { BrokerEndpoint, BrokerRegistration, FeatureRange, MetadataImage } from './image.ts';
import { changesAfterUncleanRestart, changesWhenBrokerLeaves } from './leader-elections.ts';
import type { MetadataRecord, RegisterBrokerRecord } from './metadata-record.ts';

export interface RegistrationRequest {
  readonly clusterId: string;
  readonly brokerId: number;
  /** Made anew by each start of a broker. */
  readonly incarnationId: string;
  /** From the clean-shutdown file; -1 when there was none. */
  readonly previousBrokerEpoch: number;
  readonly rack: string | null;
  readonly endpoints: readonly BrokerEndpoint[];
  readonly features: ReadonlyMap<string, FeatureRange>;
  readonly logDirectoryIds: readonly string[];
}

export interface RegistrationFacts {
  /** The broker registered under this id was heard of within its session's time. */
  readonly hasLiveSession: boolean;
}

export interface RegistrationAnswer extends CommandError {
  /** Offset of the registration's record; -1 when refused. */
  readonly brokerEpoch: number;
}

export function registerIncarnation(
  request: RegistrationRequest,
  image: MetadataImage,
  policy: ReplicaPolicy,
  facts: RegistrationFacts,
): CommandResult<RegistrationAnswer> {
  const existing = image.brokers.get(request.brokerId);
  const fault = registrationFault(request, image, facts);
  if (fault !== null) return { records: [], response: { ...fault, brokerEpoch: -1 } };
  if (existing?.incarnationId === request.incarnationId) {
    const { brokerEpoch, fenced, inControlledShutdown } = existing;
    const record = { ...newRegistration(request, brokerEpoch), fenced, inControlledShutdown };
    return { records: [record], response: { errorCode: 0, errorMessage: null, brokerEpoch } };
  }
  const wasStopped = existing !== undefined && request.previousBrokerEpoch === existing.brokerEpoch;
  const changes = wasStopped
    ? changesWhenBrokerLeaves(request.brokerId, image, policy)
    : changesAfterUncleanRestart(request.brokerId, image, policy, hasOtherDisks(request, existing));
  const brokerEpoch = image.offset + 1 + changes.length;
  return {
    records: [...changes, newRegistration(request, brokerEpoch)],
    response: { errorCode: 0, errorMessage: null, brokerEpoch },
    divisible: true,
  };
}

function registrationFault(
  request: RegistrationRequest,
  image: MetadataImage,
  { hasLiveSession }: RegistrationFacts,
): CommandError | null {
  const { clusterId, brokerId, incarnationId, features, logDirectoryIds } = request;
  if (clusterId !== image.clusterId) {
    return refusal(
      ErrorCode.INCONSISTENT_CLUSTER_ID,
      `This is cluster ${image.clusterId}; broker ${String(brokerId)} belongs to cluster ${clusterId}.`,
    );
  }
  const existing = image.brokers.get(brokerId);
  if (existing !== undefined && hasLiveSession && existing.incarnationId !== incarnationId) {
    return refusal(
      ErrorCode.DUPLICATE_BROKER_REGISTRATION,
      `A broker with id ${String(brokerId)} is alive. If it was just restarted, wait until its session ends.`,
    );
  }
  if (new Set(logDirectoryIds).size !== logDirectoryIds.length) {
    return refusal(ErrorCode.INVALID_REGISTRATION, 'Two log directories have the same id.');
  }
  for (const [name, level] of image.features) {
    const range = rangeOf(features, name);
    if (range === undefined || (level >= range.min && level <= range.max)) continue;
    return refusal(
      ErrorCode.UNSUPPORTED_VERSION,
      `The cluster works at level ${String(level)} of ${name}; broker ${String(brokerId)} knows ${String(range.min)} to ${String(range.max)}.`,
    );
  }
  return null;
}

/** KIP-858: none of the directories that were registered before is there any more. */
function hasOtherDisks({ logDirectoryIds }: RegistrationRequest, existing?: BrokerRegistration): boolean {
  if (existing === undefined || existing.logDirectoryIds.length === 0) return false;
  return !existing.logDirectoryIds.some((id) => logDirectoryIds.includes(id));
}

function newRegistration(request: RegistrationRequest, brokerEpoch: number): RegisterBrokerRecord {
  const { brokerId, incarnationId, rack, endpoints, features, logDirectoryIds } = request;
  return {
    ...{ type: 'RegisterBrokerRecord', brokerId, incarnationId, brokerEpoch, rack, features },
    ...{ logDirectoryIds, fenced: true, inControlledShutdown: false },
    endpoints: endpoints.map(({ listenerName, ...where }) => ({ name: listenerName, ...where })),
  };
}

/** Out of all ISRs, leading nothing. Always safe: a broker that lives comes back with its next heartbeat. */
export function fenceBroker(
  brokerId: number,
  image: MetadataImage,
  policy: ReplicaPolicy,
): CommandResult<null> {
  const broker = image.brokers.get(brokerId);
  if (broker === undefined || broker.fenced) return { records: [], response: null };
  const { brokerEpoch } = broker;
  const records: MetadataRecord[] = [
    ...changesWhenBrokerLeaves(brokerId, image, policy),
    { type: 'BrokerRegistrationChangeRecord', brokerId, brokerEpoch, fenced: 1, inControlledShutdown: 0 },
  ];
  return { records, response: null, divisible: true };
}

/** UnregisterBroker: it is forgotten; what it holds as a replica is no longer relied on. */
export function unregisterBroker(
  brokerId: number,
  image: MetadataImage,
  policy: ReplicaPolicy,
): CommandResult<CommandError> {
  const broker = image.brokers.get(brokerId);
  if (broker === undefined) {
    const response = refusal(
      ErrorCode.BROKER_ID_NOT_REGISTERED,
      `There is no broker with id ${String(brokerId)}.`,
    );
    return { records: [], response };
  }
  const records: MetadataRecord[] = [
    ...changesAfterUncleanRestart(brokerId, image, policy),
    { type: 'UnregisterBrokerRecord', brokerId, brokerEpoch: broker.brokerEpoch },
  ];
  return { records, response: { errorCode: 0, errorMessage: null }, divisible: true };
}
