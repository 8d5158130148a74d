/**
 * OffsetFetch 0-10: how far groups have read.
 *
 * A partition without an offset is answered with offset -1 and no error. Null topics (2 and later) mean all. Before 2
 * there is no error for the whole group, so it is told for each partition; 7 may ask not to be given what an open
 * transaction may change (KIP-447); 8 asks for many groups at once (KIP-709); 9 says which member of a consumer group asks (KIP-848), and 10
 * names topics by id.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import {
  type OffsetFetchRequest,
  offsetFetchRequest,
  offsetFetchResponse,
} from '../../protocol/messages/09-offset-fetch.ts';
import { defineApi } from './api-handler.ts';
import type { BrokerServices } from './broker-services.ts';
import { FIRST_VERSION_WITH_TOPIC_IDS, withNames } from './offset-topics.ts';

const FIRST_VERSION_WITH_GROUP_ERROR = 2;
const FIRST_VERSION_WITH_MANY_GROUPS = 8;

interface AskedTopic {
  readonly name: string;
  readonly partitionIndexes: readonly number[];
}

function errorForEachPartition<Topic extends AskedTopic>(topics: readonly Topic[], errorCode: number) {
  const partition = { committedOffset: -1n, metadata: '', errorCode };
  return topics.map(({ partitionIndexes, ...topic }) => ({
    ...topic,
    partitions: partitionIndexes.map((partitionIndex) => ({ partitionIndex, ...partition })),
  }));
}

type AskedGroup = OffsetFetchRequest['groups'][number] & Pick<OffsetFetchRequest, 'requireStable'>;

/** From the version that has them on with ids beside names, and errors for ids that nobody has. */
function fetchGroup(
  group: AskedGroup,
  apiVersion: number,
  services: Pick<BrokerServices, 'image' | 'groupCoordinator'>,
) {
  const { groupCoordinator } = services;
  const image = services.image();
  if (apiVersion < FIRST_VERSION_WITH_TOPIC_IDS) return groupCoordinator.fetchOffsets(group);
  const { named, unknown } = withNames(group.topics ?? [], apiVersion, image);
  const answer = groupCoordinator.fetchOffsets({ ...group, topics: group.topics && named });
  const topics = answer.topics.flatMap((topic) => {
    const topicId = image.topicsByName.get(topic.name)?.topicId;
    return topicId === undefined ? [] : [{ ...topic, topicId }];
  });
  const refused = answer.errorCode === 0 ? errorForEachPartition(unknown, ErrorCode.UNKNOWN_TOPIC_ID) : [];
  return { ...answer, topics: [...topics, ...refused] };
}

export const offsetFetch = defineApi({
  request: offsetFetchRequest,
  response: offsetFetchResponse,
  minVersion: 0,
  maxVersion: 10,
  handle(request, { apiVersion }, services) {
    const { groupCoordinator } = services;
    if (apiVersion >= FIRST_VERSION_WITH_MANY_GROUPS) {
      const { requireStable } = request;
      return {
        groups: request.groups.map((group) => fetchGroup({ ...group, requireStable }, apiVersion, services)),
      };
    }
    const { errorCode, topics } = groupCoordinator.fetchOffsets(request);
    if (errorCode !== 0 && apiVersion < FIRST_VERSION_WITH_GROUP_ERROR) {
      return { topics: errorForEachPartition(request.topics ?? [], errorCode) };
    }
    return { errorCode, topics };
  },
});
