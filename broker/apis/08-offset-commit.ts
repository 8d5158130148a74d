/**
 * OffsetCommit 0-10: a group says how far it has read.
 *
 * 0 meant ZooKeeper in old Kafka and is treated like 1 (no generation: an application without membership). 1 has a
 * time per partition, 2 to 4 a retention time; 6 the leader epoch (KIP-320), 7 static members (KIP-345), 8 the compact
 * encoding, 9 the epoch of a member of a consumer group in place of the generation (KIP-848) with errors of its own, 10 ids
 * of topics in place of names.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { offsetCommitRequest, offsetCommitResponse } from '../../protocol/messages/08-offset-commit.ts';
import { ZERO_UUID } from '../../protocol/wire/uuid.ts';
import { defineApi } from './api-handler.ts';
import { withNames } from './offset-topics.ts';

const FIRST_VERSION_OF_EPOCHS = 9;

export const offsetCommit = defineApi({
  request: offsetCommitRequest,
  response: offsetCommitResponse,
  minVersion: 0,
  maxVersion: 10,
  async handle(request, { apiVersion }, services) {
    const knowsEpochs = apiVersion >= FIRST_VERSION_OF_EPOCHS;
    const generationId = request.generationIdOrMemberEpoch;
    const { named, unknown } = withNames(request.topics, apiVersion, services.image());
    const refused = unknown.map(({ topicId, partitions }) => ({
      topicId,
      partitions: partitions.map(({ partitionIndex }) => {
        return { partitionIndex, errorCode: ErrorCode.UNKNOWN_TOPIC_ID };
      }),
    }));
    if (named.length === 0 && refused.length > 0) return { topics: refused };
    const asked = { ...request, topics: named, generationId, knowsEpochs };
    const { topics } = await services.groupCoordinator.commitOffsets(asked);
    const answered = topics.map((topic, index) => ({
      ...topic,
      topicId: named[index]?.topicId ?? ZERO_UUID,
    }));
    return { topics: [...answered, ...refused] };
  },
});
