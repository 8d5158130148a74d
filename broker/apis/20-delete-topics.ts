/**
 * DeleteTopics 0-6: by name, in 6 also by topic id (KIP-516). 5 and later may be refused for a quota (KIP-599). With delete.topic.enable=false the error is
 * TOPIC_DELETION_DISABLED, which clients before version 3 do not know: they get INVALID_REQUEST.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import {
  type DeleteTopicsRequest,
  deleteTopicsRequest,
  deleteTopicsResponse,
} from '../../protocol/messages/20-delete-topics.ts';
import type { TopicToDelete } from '../controller/delete-topics.ts';
import { defineControllerApi } from './api-handler.ts';
import { type Refusal, refusalOf, refusalWith } from './refusal.ts';

const FIRST_VERSION_WITH_DELETION_DISABLED = 3;
const FIRST_VERSION_WITH_STRICT_QUOTA = 5;
const FIRST_VERSION_WITH_TOPIC_IDS = 6;
const ZERO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA';

function named(request: DeleteTopicsRequest, apiVersion: number): readonly TopicToDelete[] {
  return apiVersion >= FIRST_VERSION_WITH_TOPIC_IDS
    ? request.topics
    : request.topicNames.map((name) => ({ name, topicId: ZERO_UUID }));
}

function refused(topics: readonly TopicToDelete[], refusal: Refusal) {
  return { responses: topics.map((topic) => ({ ...topic, ...refusal })) };
}

export const deleteTopics = defineControllerApi({
  request: deleteTopicsRequest,
  response: deleteTopicsResponse,
  minVersion: 0,
  maxVersion: 6,
  answeredBy: 'controller',
  failed: (request, errorCode, apiVersion) => refused(named(request, apiVersion), refusalWith(errorCode)),
  async handle(request, context, { controller, quotas }) {
    const { apiVersion } = context;
    const allowance = quotas.mutations(context, apiVersion >= FIRST_VERSION_WITH_STRICT_QUOTA);
    const topics = named(request, apiVersion);
    try {
      const deleted = await controller.deleteTopics(topics, allowance);
      const isOld = apiVersion < FIRST_VERSION_WITH_DELETION_DISABLED;
      return {
        throttleTimeMs: allowance.throttleMs,
        responses: deleted.map((topic) =>
          isOld && topic.errorCode === ErrorCode.TOPIC_DELETION_DISABLED
            ? { ...topic, errorCode: ErrorCode.INVALID_REQUEST }
            : topic,
        ),
      };
    } catch (error) {
      return refused(topics, refusalOf(error));
    }
  },
});
