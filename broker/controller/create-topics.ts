/**
 * Decides a CreateTopics request: which topics may be made, with how many partitions, where, and with which configs.
 *
 * Each topic of a request stands for itself; its TopicRecord comes first, then its ConfigRecords and PartitionRecords.
 * Error codes are those of Kafka's ReplicationControlManager.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import {
  type CommandError,
  type CommandResult,
  type ConfigRules,
  type ControllerPolicy,
  type MutationAllowance,
  OVER_QUOTA,
  refusal,
} from './command.ts';
import { checkManualAssignments } from './manual-assignment.ts';
import type { MetadataImage } from './image.ts';
import { MAX_RECORDS_PER_COMMAND, type MetadataRecord } from './metadata-record.ts';
import { newPartitions, placedReplicas } from './new-partitions.ts';
import { canCollide, collisionForm, isInternalTopic, METADATA_TOPIC, topicNameFault } from './topic-name.ts';

export interface CreatableTopic {
  readonly name: string;
  /** -1: the default. */
  readonly numPartitions: number;
  /** -1: the default. */
  readonly replicationFactor: number;
  /** Not empty: exactly these brokers, and both counts above are -1. */
  readonly assignments: readonly { readonly partitionIndex: number; readonly brokerIds: readonly number[] }[];
  readonly configs: readonly { readonly name: string; readonly value: string | null }[];
}

export interface CreatedTopic extends CommandError {
  readonly name: string;
  /** Zero uuid when refused. */
  readonly topicId: string;
  /** -1 when refused. */
  readonly numPartitions: number;
  readonly replicationFactor: number;
  readonly configs: ReadonlyMap<string, string>;
}

export interface CreateTopicsInput {
  readonly topics: readonly CreatableTopic[];
  readonly validateOnly: boolean;
  /** True for topics that the broker makes for itself. */
  readonly allowInternal: boolean;
  /** Default: no limit. */
  readonly allowance?: MutationAllowance | undefined;
  readonly image: MetadataImage;
  readonly policy: ControllerPolicy;
  readonly rules: ConfigRules;
  /** A fresh topic id of 22 characters. */
  readonly newTopicId: () => string;
  /** Uniform integer in [0, bound). */
  readonly randomBelow: (bound: number) => number;
}

const ZERO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA';

class Refusal extends Error {
  readonly errorCode: number;
  constructor(errorCode: number, message: string) {
    super(message);
    this.errorCode = errorCode;
  }
}

export function createTopics(input: CreateTopicsInput): CommandResult<readonly CreatedTopic[]> {
  const records: MetadataRecord[] = [];
  const names = new Map<string, number>();
  for (const { name } of input.topics) names.set(name, (names.get(name) ?? 0) + 1);
  // Names with '.' or '_' are rare: the index of possible collisions is only made when the request has one.
  const taken = input.topics.some(({ name }) => canCollide(name))
    ? collisionIndex(input.image)
    : new Map<string, string>();
  const response: CreatedTopic[] = [];
  const answered = new Set<string>();
  for (const topic of input.topics) {
    if (answered.has(topic.name)) continue;
    answered.add(topic.name);
    const refused = (errorCode: number, errorMessage: string): CreatedTopic => ({
      ...{ name: topic.name, topicId: ZERO_UUID, ...refusal(errorCode, errorMessage) },
      ...{ numPartitions: -1, replicationFactor: -1, configs: new Map() },
    });
    if (names.get(topic.name) !== 1) {
      response.push(
        refused(ErrorCode.INVALID_REQUEST, `Topic ${topic.name} occurs more than once in the request.`),
      );
      continue;
    }
    try {
      const made = createOne(topic, input, taken, MAX_RECORDS_PER_COMMAND - records.length);
      taken.set(collisionForm(topic.name), topic.name);
      if (!input.validateOnly) records.push(...made.records);
      response.push(made.response);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      response.push(refused(error.errorCode, error.message));
    }
  }
  return { records, response };
}

function collisionIndex(image: MetadataImage): Map<string, string> {
  return new Map(
    [...image.topicsByName.keys()].filter(canCollide).map((name) => [collisionForm(name), name]),
  );
}

function checkName(name: string, input: CreateTopicsInput, taken: ReadonlyMap<string, string>): void {
  const fault = topicNameFault(name);
  if (fault !== null) throw new Refusal(ErrorCode.INVALID_TOPIC_EXCEPTION, fault);
  if (input.image.topicsByName.has(name)) {
    throw new Refusal(ErrorCode.TOPIC_ALREADY_EXISTS, `Topic '${name}' already exists.`);
  }
  if (name === METADATA_TOPIC) {
    throw new Refusal(ErrorCode.INVALID_REQUEST, `${name} is the controller's own log, not a topic.`);
  }
  if (isInternalTopic(name) && !input.allowInternal) {
    throw new Refusal(
      ErrorCode.INVALID_TOPIC_EXCEPTION,
      `${name} is an internal topic: the broker creates it by itself when it is needed.`,
    );
  }
  const rival = canCollide(name) ? taken.get(collisionForm(name)) : undefined;
  if (rival !== undefined && rival !== name) {
    throw new Refusal(
      ErrorCode.INVALID_TOPIC_EXCEPTION,
      `Topic '${name}' collides with the existing topic '${rival}': '.' and '_' cannot be told apart in metric names.`,
    );
  }
}

function checkConfigs(topic: CreatableTopic, rules: ConfigRules): Map<string, string> {
  const configs = new Map<string, string>();
  for (const { name, value } of topic.configs) {
    if (value === null) {
      throw new Refusal(
        ErrorCode.INVALID_CONFIG,
        `Config '${name}' has no value; leave it out to use the default.`,
      );
    }
    const fault = rules.fault(2, topic.name, name, value);
    if (fault !== null) throw new Refusal(ErrorCode.INVALID_CONFIG, fault);
    configs.set(name, value);
  }
  const conflict = rules.conflict(2, configs);
  if (conflict !== null) throw new Refusal(ErrorCode.INVALID_CONFIG, conflict);
  return configs;
}

function assign(
  topic: CreatableTopic,
  input: CreateTopicsInput,
  recordsLeft: number,
): readonly (readonly number[])[] {
  const { policy, image } = input;
  if (topic.assignments.length > 0) {
    if (topic.numPartitions !== -1 || topic.replicationFactor !== -1) {
      throw new Refusal(
        ErrorCode.INVALID_REQUEST,
        'Give either replica assignments, or a number of partitions and a replication factor, not both.',
      );
    }
    return orThrow(checkManualAssignments(topic.assignments, image, 0)).replicas;
  }
  const partitionCount = topic.numPartitions === -1 ? policy.defaultPartitions : topic.numPartitions;
  const replicationFactor =
    topic.replicationFactor === -1 ? policy.defaultReplicationFactor : topic.replicationFactor;
  if (partitionCount < 1) {
    throw new Refusal(
      ErrorCode.INVALID_PARTITIONS,
      `The number of partitions must be at least 1, not ${String(partitionCount)}.`,
    );
  }
  if (partitionCount > recordsLeft) {
    throw new Refusal(
      ErrorCode.POLICY_VIOLATION,
      `One request may create at most ${String(MAX_RECORDS_PER_COMMAND)} topics, partitions and configs together.`,
    );
  }
  const { randomBelow } = input;
  return orThrow(placedReplicas({ partitionCount, replicationFactor, firstPartition: 0, randomBelow }, image))
    .replicas;
}

function orThrow<T extends object>(result: T | CommandError): T {
  if ('errorCode' in result) throw new Refusal(result.errorCode, result.errorMessage ?? '');
  return result;
}

function createOne(
  topic: CreatableTopic,
  input: CreateTopicsInput,
  taken: ReadonlyMap<string, string>,
  recordsLeft: number,
): { readonly records: MetadataRecord[]; readonly response: CreatedTopic } {
  checkName(topic.name, input, taken);
  const replicaLists = assign(topic, input, recordsLeft - 1 - topic.configs.length);
  const configs = checkConfigs(topic, input.rules);
  // What is only asked about changes nothing.
  if (!input.validateOnly && input.allowance?.take(replicaLists.length) === false) orThrow(OVER_QUOTA);
  const topicId = input.newTopicId();
  const records: MetadataRecord[] = [{ type: 'TopicRecord', name: topic.name, topicId }];
  for (const [name, value] of configs) {
    records.push({ type: 'ConfigRecord', resourceType: 2, resourceName: topic.name, name, value });
  }
  records.push(...orThrow(newPartitions(topicId, 0, replicaLists, input.image)).records);
  const response: CreatedTopic = {
    ...{
      name: topic.name,
      topicId: input.validateOnly ? ZERO_UUID : topicId,
      errorCode: 0,
      errorMessage: null,
    },
    ...{ numPartitions: replicaLists.length, replicationFactor: replicaLists[0]?.length ?? -1, configs },
  };
  return { records, response };
}
