/**
 * Decides a BrokerHeartbeat: whether a broker may serve, must not serve, or may end.
 *
 * fenced -> unfenced when it has seen its own registration; unfenced -> fenced when it asks for it; a broker that wants
 * to stop first hands over what it leads (controlled shutdown) and may end when all brokers that serve have seen that,
 * so that no client finds it gone where metadata says it leads. A broker that names log directories which have failed
 * goes on without the replicas in them (KIP-858); that is decided first, and what else it wants with its next heartbeat.
 * The rules are those of Kafka's BrokerHeartbeatManager and ReplicationControlManager; who has been silent for too long
 * is the shell's affair, it calls fenceBroker.
 */
import { registrationOf } from './broker-epoch.ts';
import { fenceBroker } from './broker-registration.ts';
import type { CommandError, CommandResult, ReplicaPolicy } from './command.ts';
import type { BrokerRegistration, MetadataImage } from './image.ts';
import {
  changesWhenBrokerLeaves,
  changesWhenBrokerServes,
  changesWhenDirectoriesFail,
  isActive,
} from './leader-elections.ts';
import type { MetadataRecord } from './metadata-record.ts';

export interface HeartbeatRequest {
  readonly brokerId: number;
  readonly brokerEpoch: number;
  /** Offset of the last metadata record that the broker has replayed. */
  readonly currentMetadataOffset: number;
  readonly wantFence: boolean;
  readonly wantShutDown: boolean;
  /** Ids of log directories whose disk has failed. */
  readonly offlineLogDirectoryIds: readonly string[];
}

/** What the shell remembers of earlier heartbeats. */
export interface HeartbeatFacts {
  /** `currentMetadataOffset` of the last heartbeat of another broker; -1 when it has sent none to this controller. */
  readonly metadataOffsetOf: (brokerId: number) => number;
  /** `shutdownOffset` of this broker's last answer, if it is of the same registration; else null. */
  readonly shutdownOffset: number | null;
}

export interface HeartbeatAnswer extends CommandError {
  readonly isCaughtUp: boolean;
  readonly isFenced: boolean;
  readonly shouldShutDown: boolean;
  readonly inControlledShutdown: boolean;
  /** To be remembered: the brokers that serve must have seen this offset before this one may end. Null: it does not stop. */
  readonly shutdownOffset: number | null;
  /** Log directories that the broker has lost by this heartbeat. */
  readonly failedDirectoryIds: readonly string[];
}

export function heartbeat(
  request: HeartbeatRequest,
  image: MetadataImage,
  policy: ReplicaPolicy,
  facts: HeartbeatFacts,
): CommandResult<HeartbeatAnswer> {
  const broker = registrationOf(request.brokerId, request.brokerEpoch, image);
  if ('errorCode' in broker) {
    const response = answer(false, { isFenced: true });
    return { records: [], response: { ...response, ...broker } };
  }
  const isCaughtUp = request.currentMetadataOffset >= broker.brokerEpoch;
  const failed = broker.logDirectoryIds.filter((id) => request.offlineLogDirectoryIds.includes(id));
  if (failed.length > 0 && failed.length < broker.logDirectoryIds.length)
    return whenDirectoriesFail(broker, failed, image, policy, isCaughtUp);
  if (broker.fenced) return whenFenced(request, image, policy, isCaughtUp);
  if (broker.inControlledShutdown) return whenStopping(broker, image, policy, facts, isCaughtUp);
  return whenServing(request, image, policy, isCaughtUp);
}

function answer(
  isCaughtUp: boolean,
  changes: Partial<Omit<HeartbeatAnswer, 'isCaughtUp'>> = {},
): HeartbeatAnswer {
  return {
    ...{ errorCode: 0, errorMessage: null, isCaughtUp, isFenced: false, shouldShutDown: false },
    ...{ inControlledShutdown: false, shutdownOffset: null, failedDirectoryIds: [] },
    ...changes,
  };
}

/** One that has lost all of them is about to end; what it leads moves when it is missed. */
function whenDirectoriesFail(
  { brokerId, brokerEpoch, fenced: isFenced, inControlledShutdown, logDirectoryIds }: BrokerRegistration,
  failedDirectoryIds: readonly string[],
  image: MetadataImage,
  policy: ReplicaPolicy,
  isCaughtUp: boolean,
): CommandResult<HeartbeatAnswer> {
  const records: MetadataRecord[] = [
    ...changesWhenDirectoriesFail(brokerId, failedDirectoryIds, image, policy),
    {
      ...{
        type: 'BrokerRegistrationChangeRecord',
        brokerId,
        brokerEpoch,
        fenced: 0,
        inControlledShutdown: 0,
      },
      logDirectoryIds: logDirectoryIds.filter((id) => !failedDirectoryIds.includes(id)),
    },
  ];
  const response = answer(isCaughtUp, { isFenced, inControlledShutdown, failedDirectoryIds });
  return { records, response, divisible: true };
}

function whenFenced(
  { brokerId, brokerEpoch, wantFence, wantShutDown }: HeartbeatRequest,
  image: MetadataImage,
  policy: ReplicaPolicy,
  isCaughtUp: boolean,
): CommandResult<HeartbeatAnswer> {
  if (wantShutDown || wantFence || !isCaughtUp) {
    return { records: [], response: answer(isCaughtUp, { isFenced: true, shouldShutDown: wantShutDown }) };
  }
  // Unfenced first: who hears that a partition has a leader again sees a broker that serves.
  const records: MetadataRecord[] = [
    { type: 'BrokerRegistrationChangeRecord', brokerId, brokerEpoch, fenced: -1, inControlledShutdown: 0 },
    ...changesWhenBrokerServes(brokerId, image, policy),
  ];
  return { records, response: answer(isCaughtUp), divisible: true };
}

function whenServing(
  { brokerId, brokerEpoch, wantFence, wantShutDown }: HeartbeatRequest,
  image: MetadataImage,
  policy: ReplicaPolicy,
  isCaughtUp: boolean,
): CommandResult<HeartbeatAnswer> {
  if (wantFence || (wantShutDown && !leadsAnything(brokerId, image))) {
    return fenced(brokerId, image, policy, answer(isCaughtUp, { shouldShutDown: wantShutDown }));
  }
  if (!wantShutDown) return { records: [], response: answer(isCaughtUp) };
  const records: MetadataRecord[] = [
    { type: 'BrokerRegistrationChangeRecord', brokerId, brokerEpoch, fenced: 0, inControlledShutdown: 1 },
    ...changesWhenBrokerLeaves(brokerId, image, policy),
  ];
  const shutdownOffset = image.offset + records.length;
  const response = answer(isCaughtUp, { inControlledShutdown: true, shutdownOffset });
  return { records, response, divisible: true };
}

function whenStopping(
  { brokerId }: BrokerRegistration,
  image: MetadataImage,
  policy: ReplicaPolicy,
  facts: HeartbeatFacts,
  isCaughtUp: boolean,
): CommandResult<HeartbeatAnswer> {
  // A controller that has just become active does not know when it began: what is in the log now is late enough.
  const shutdownOffset = facts.shutdownOffset ?? image.offset;
  const serving = [...image.brokers.keys()].filter((id) => isActive(id, image));
  const allKnow = serving.every((id) => facts.metadataOffsetOf(id) >= shutdownOffset);
  if (!allKnow || leadsAnything(brokerId, image)) {
    // Nothing is left to hand over, unless an earlier controller was lost between the batches of the first decision.
    const records = changesWhenBrokerLeaves(brokerId, image, policy);
    const response = answer(isCaughtUp, { inControlledShutdown: true, shutdownOffset });
    return { records, response, divisible: true };
  }
  return fenced(brokerId, image, policy, answer(isCaughtUp, { shouldShutDown: true }));
}

function fenced(
  brokerId: number,
  image: MetadataImage,
  policy: ReplicaPolicy,
  response: HeartbeatAnswer,
): CommandResult<HeartbeatAnswer> {
  const { records } = fenceBroker(brokerId, image, policy);
  return { records, response: { ...response, isFenced: true }, divisible: true };
}

function leadsAnything(brokerId: number, image: MetadataImage): boolean {
  for (const { partitions } of image.topicsById.values()) {
    for (const { leader } of partitions.values()) if (leader === brokerId) return true;
  }
  return false;
}
