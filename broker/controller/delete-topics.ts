/**
 * Decides DeleteTopics: by name (all versions) or by topic id (KIP-516, v6). One RemoveTopicRecord each; its replay
 * takes partitions and configs along, and the brokers then remove the directories.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { type CommandError, type CommandResult, type ControllerPolicy, refusal } from './command.ts';
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

export function deleteTopics(
  topics: readonly TopicToDelete[],
  image: MetadataImage,
  policy: ControllerPolicy,
): CommandResult<readonly DeletedTopic[]> {
  const records: MetadataRecord[] = [];
  const removed = new Set<string>();
  const response = topics.map((topic): DeletedTopic => {
    const result = find(topic, image, policy);
    if ('errorCode' in result) return { ...result, name: topic.name, topicId: topic.topicId };
    const { name, topicId } = result.found;
    if (removed.has(topicId)) {
      return {
        name,
        topicId,
        errorCode: ErrorCode.INVALID_REQUEST,
        errorMessage: `Topic '${name}' occurs more than once.`,
      };
    }
    removed.add(topicId);
    records.push({ type: 'RemoveTopicRecord', topicId });
    return { name, topicId, errorCode: 0, errorMessage: null };
  });
  return { records, response };
}
