/** Errors as the Java client words them, where Kafka's tool prints its exceptions. Pure. */
import { ErrorCode, errorOf, type ErrorName } from '../../protocol/errors.ts';

const PACKAGE = 'org.apache.kafka.common.errors.';

const WORDS: Partial<Record<ErrorName, readonly [className: string, message: string]>> = {
  GROUP_ID_NOT_FOUND: ['GroupIdNotFoundException', 'The group id does not exist.'],
  NON_EMPTY_GROUP: ['GroupNotEmptyException', 'The group is not empty.'],
  GROUP_SUBSCRIBED_TO_TOPIC: [
    'GroupSubscribedToTopicException',
    'Deleting offsets of a topic is forbidden while the consumer group is actively subscribed to it.',
  ],
  UNKNOWN_TOPIC_OR_PARTITION: [
    'UnknownTopicOrPartitionException',
    'This server does not host this topic-partition.',
  ],
  UNKNOWN_MEMBER_ID: ['UnknownMemberIdException', 'The coordinator is not aware of this member.'],
  INVALID_GROUP_ID: ['InvalidGroupIdException', 'The configured groupId is invalid.'],
  GROUP_AUTHORIZATION_FAILED: ['GroupAuthorizationException', 'Group authorization failed.'],
  TOPIC_AUTHORIZATION_FAILED: ['TopicAuthorizationException', 'Topic authorization failed.'],
};

/** What the exception says by itself. */
export function javaMessage(error: string): string {
  const code = (ErrorCode as Readonly<Record<string, number>>)[error];
  return WORDS[error as ErrorName]?.[1] ?? (code === undefined ? error : errorOf(code).message);
}

/** With its class in front; `message` is what the broker said instead. */
export function javaException(error: string, message = javaMessage(error)): string {
  const className = WORDS[error as ErrorName]?.[0];
  return `${className === undefined ? error : PACKAGE + className}: ${message}`;
}
