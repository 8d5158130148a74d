/**
 * Every schema of this folder by its name. For what handles messages in general (the codec command, golden and
 * fuzz tests); a user of one message imports its file.
 */
import type { MessageSchema } from '../schema/notation.ts';
import * as produce from './00-produce.ts';
import * as fetch from './01-fetch.ts';
import * as listOffsets from './02-list-offsets.ts';
import * as metadata from './03-metadata.ts';
import * as offsetCommit from './08-offset-commit.ts';
import * as offsetFetch from './09-offset-fetch.ts';
import * as findCoordinator from './10-find-coordinator.ts';
import * as joinGroup from './11-join-group.ts';
import * as heartbeat from './12-heartbeat.ts';
import * as leaveGroup from './13-leave-group.ts';
import * as syncGroup from './14-sync-group.ts';
import * as describeGroups from './15-describe-groups.ts';
import * as listGroups from './16-list-groups.ts';
import * as apiVersions from './18-api-versions.ts';
import * as createTopics from './19-create-topics.ts';
import * as deleteTopics from './20-delete-topics.ts';
import * as deleteRecords from './21-delete-records.ts';
import * as initProducerId from './22-init-producer-id.ts';
import * as describeConfigs from './32-describe-configs.ts';
import * as alterConfigs from './33-alter-configs.ts';
import * as describeLogDirs from './35-describe-log-dirs.ts';
import * as createPartitions from './37-create-partitions.ts';
import * as deleteGroups from './42-delete-groups.ts';
import * as incrementalAlterConfigs from './44-incremental-alter-configs.ts';
import * as describeCluster from './60-describe-cluster.ts';
import * as recordsConsumerProtocol from './records-consumer-protocol.ts';
import * as recordsControl from './records-control.ts';
import * as recordsGroupOffsets from './records-group-offsets.ts';
import * as recordsMetadataCluster from './records-metadata-cluster.ts';
import * as recordsMetadataTopics from './records-metadata-topics.ts';

const modules: readonly Readonly<Record<string, unknown>>[] = [
  produce,
  fetch,
  listOffsets,
  metadata,
  offsetCommit,
  offsetFetch,
  findCoordinator,
  joinGroup,
  heartbeat,
  leaveGroup,
  syncGroup,
  describeGroups,
  listGroups,
  apiVersions,
  createTopics,
  deleteTopics,
  deleteRecords,
  initProducerId,
  describeConfigs,
  alterConfigs,
  describeLogDirs,
  createPartitions,
  deleteGroups,
  incrementalAlterConfigs,
  describeCluster,
  recordsConsumerProtocol,
  recordsControl,
  recordsGroupOffsets,
  recordsMetadataCluster,
  recordsMetadataTopics,
];

function isSchema(value: unknown): value is MessageSchema {
  return (
    typeof value === 'object' && value !== null && 'fields' in value && 'versions' in value && 'kind' in value
  );
}

export const allMessages: ReadonlyMap<string, MessageSchema> = new Map(
  modules.flatMap((module) => Object.values(module).filter(isSchema)).map((schema) => [schema.name, schema]),
);
