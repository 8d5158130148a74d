/** Why a request of a consumer group is refused, in Apache Kafka's words: clients print them. */
import { ErrorCode } from '../../../../protocol/errors.ts';

export interface Refusal {
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

function refusal(errorCode: number, errorMessage: string): Refusal {
  return { errorCode, errorMessage };
}

export function isRefusal<Other extends object>(value: Other | Refusal): value is Refusal {
  return 'errorCode' in value;
}

export const invalidRequest = (message: string): Refusal => refusal(ErrorCode.INVALID_REQUEST, message);

export const groupNotFound = (groupId: string): Refusal =>
  refusal(ErrorCode.GROUP_ID_NOT_FOUND, `Group ${groupId} not found.`);

export const consumerGroupNotFound = (groupId: string): Refusal =>
  refusal(ErrorCode.GROUP_ID_NOT_FOUND, `Consumer group ${groupId} not found.`);

export const notAConsumerGroup = (groupId: string): Refusal =>
  refusal(ErrorCode.GROUP_ID_NOT_FOUND, `Group ${groupId} is not a consumer group.`);

export const notAClassicGroup = (groupId: string): Refusal =>
  refusal(ErrorCode.GROUP_ID_NOT_FOUND, `Group ${groupId} is not a classic group.`);

export const notAMember = (memberId: string, groupId: string): Refusal =>
  refusal(ErrorCode.UNKNOWN_MEMBER_ID, `Member ${memberId} is not a member of group ${groupId}.`);

export const notClassic = (memberId: string): Refusal =>
  refusal(ErrorCode.UNKNOWN_MEMBER_ID, `Member ${memberId} does not use the classic protocol.`);

export const notUpgraded = (groupId: string, reason: string): Refusal =>
  refusal(
    ErrorCode.GROUP_ID_NOT_FOUND,
    `Cannot upgrade classic group ${groupId} to consumer group because ${reason}.`,
  );

export const unknownInstance = (instanceId: string): Refusal =>
  refusal(ErrorCode.UNKNOWN_MEMBER_ID, `Instance id ${instanceId} is unknown.`);

export const instanceInUse = (memberId: string, instanceId: string, ownerId: string): Refusal =>
  refusal(
    ErrorCode.UNRELEASED_INSTANCE_ID,
    `Static member ${memberId} with instance id ${instanceId} cannot join the group because the instance id is owned by ${ownerId} member.`,
  );

export const instanceFenced = (memberId: string, instanceId: string, ownerId: string): Refusal =>
  refusal(
    ErrorCode.FENCED_INSTANCE_ID,
    `Static member ${memberId} with instance id ${instanceId} was fenced by member ${ownerId}.`,
  );

export const epochFenced = (how: 'greater' | 'smaller', received: number, known: number): Refusal =>
  refusal(
    ErrorCode.FENCED_MEMBER_EPOCH,
    `The consumer group member has a ${how} member epoch (${String(received)}) than the one known by the group coordinator (${String(known)}). The member must abandon all its partitions and rejoin.`,
  );

export const groupIsFull = (maxSize: number): Refusal =>
  refusal(
    ErrorCode.GROUP_MAX_SIZE_REACHED,
    `The consumer group has reached its maximum capacity of ${String(maxSize)} members.`,
  );

export const assignorUnknown = (name: string, known: Iterable<string>): Refusal =>
  refusal(
    ErrorCode.UNSUPPORTED_ASSIGNOR,
    `ServerAssignor ${name} is not supported. Supported assignors: ${[...known].join(', ')}.`,
  );

export const patternInvalid = (pattern: string, fault: string): Refusal =>
  refusal(
    ErrorCode.INVALID_REGULAR_EXPRESSION,
    `SubscribedTopicRegex \`${pattern}\` is not a valid regular expression: ${fault}.`,
  );
