/**
 * Decides DeleteTopics: by name (all versions) or by topic id (KIP-516, v6). One RemoveTopicRecord each; its replay
 * takes partitions and configs along, and the brokers then remove the directories.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import {
  type CommandError,
  type CommandResult,
  type ControllerPolicy,
  type MutationAllowance,
  OVER_QUOTA,
  refusal,
} from './command.ts';
import type { MetadataImage, TopicImage } from './image.ts';
import type { MetadataRecord } from './metadata-record.ts';

const ZERO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA';

export interface TopicToDelete {
  /** Null when the topic is named by its id. */
  readonly name: string | null;
  /** Zero uuid when the topic is named by its name. */
  readonly topicId: string;
}

export interface DeletedTopic extends CommandError {
  readonly name: string | null;
  readonly topicId: string;
}

function find(
  topic: TopicToDelete,
  image: MetadataImage,
  policy: ControllerPolicy,
): { readonly found: TopicImage } | CommandError {
  const byId = topic.topicId !== ZERO_UUID;
  if (byId === (topic.name !== null)) {
    return refusal(ErrorCode.INVALID_REQUEST, 'Name each topic either by its name or by its id.');
  }
  const found =
    topic.name === null ? image.topicsById.get(topic.topicId) : image.topicsByName.get(topic.name);
  if (found === undefined) {
    return byId
      ? refusal(ErrorCode.UNKNOWN_TOPIC_ID, `There is no topic with id ${topic.topicId}.`)
      : refusal(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `There is no topic '${topic.name ?? ''}'.`);
  }
  if (!policy.deleteTopicEnable) {
    return refusal(
      ErrorCode.TOPIC_DELETION_DISABLED,
      'Topics cannot be deleted here: delete.topic.enable is false.',
    );
  }
  return { found };
}

/** Topics named more than once, by whatever: none of them is deleted (Kafka's ControllerApis). */
function namedTwice(topics: readonly TopicToDelete[], image: MetadataImage): ReadonlySet<string> {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const topic of topics) {
    const key = identityOf(topic, image);
    if (seen.has(key)) twice.add(key);
    seen.add(key);
  }
  return twice;
}

/** The name of the topic that is meant; of an unknown id a text that, with its blank, is no topic's name. */
function identityOf({ name, topicId }: TopicToDelete, image: MetadataImage): string {
  return name ?? image.topicsById.get(topicId)?.name ?? `id ${topicId}`;
}

export function deleteTopics(
  topics: readonly TopicToDelete[],
  image: MetadataImage,
  policy: ControllerPolicy,
  allowance?: MutationAllowance,
): CommandResult<readonly DeletedTopic[]> {
  const records: MetadataRecord[] = [];
  const twice = namedTwice(topics, image);
  const response: DeletedTopic[] = [];
  const answered = new Set<string>();
  for (const topic of topics) {
    const identity = identityOf(topic, image);
    if (answered.has(identity)) continue;
    answered.add(identity);
    const result = twice.has(identity)
      ? refusal(ErrorCode.INVALID_REQUEST, 'The topic is named more than once in the request.')
      : find(topic, image, policy);
    if ('errorCode' in result) {
      response.push({ ...result, name: topic.name, topicId: topic.topicId });
      continue;
    }
    const { name, topicId, partitions } = result.found;
    if (allowance?.take(partitions.size) === false) {
      response.push({ ...OVER_QUOTA, name: topic.name, topicId: topic.topicId });
      continue;
    }
    records.push({ type: 'RemoveTopicRecord', topicId });
    response.push({ name, topicId, errorCode: 0, errorMessage: null });
  }
  return { records, response };
}
