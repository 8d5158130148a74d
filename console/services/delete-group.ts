/** Deletes a group without members, and with it what it has committed. Sent once; only an answer of Kafka is success. */
import { deleteGroups } from '../../kafka-client/admin/delete-groups.ts';
import { refreshAfterChange, requireWritable } from './changing-cluster.ts';
import { ConsoleError } from './console-error.ts';
import type { ConsoleContext } from './context.ts';
import { groupActive, noSuchGroup, requireIdleGroup, requireSettled } from './idle-group.ts';
import { changeFailure, isOpenOutcome, kafkaOf, readFailure } from './kafka-connections.ts';
import { requireCluster } from './watched-clusters.ts';

export async function deleteGroup(
  context: ConsoleContext,
  clusterId: string,
  groupId: string,
): Promise<void> {
  const cluster = requireCluster(context, clusterId);
  requireWritable(cluster);
  const kafka = kafkaOf(cluster.settings);
  const coordinatorId = await requireIdleGroup(kafka, groupId).catch((error: unknown) => {
    throw readFailure(error);
  });
  let error: string | null;
  try {
    error = (await deleteGroups(kafka, coordinatorId, [groupId]))[0]?.error ?? null;
  } catch (failure) {
    throw changeFailure(failure);
  }
  requireSettled(groupId, error);
  if (error === 'NON_EMPTY_GROUP') throw groupActive(groupId, 'joined just now');
  if (error === 'GROUP_ID_NOT_FOUND') throw noSuchGroup(groupId);
  if (error !== null) {
    const type = isOpenOutcome(error) ? 'outcome-unknown' : 'refused-by-kafka';
    throw new ConsoleError(type, `Kafka answered ${error}. Look whether the group is still there.`);
  }
  await refreshAfterChange(clusterId);
}
