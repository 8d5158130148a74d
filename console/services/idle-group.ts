/**
 * Finds a group's coordinator and makes sure that the group is there and nobody reads with it, asked of Kafka at this moment and
 * not of the last round. Kafka checks again when something is changed, so a member that joins in between is not harmed.
 */
import { describeGroups } from '../../kafka-client/admin/describe-groups.ts';
import { findCoordinators } from '../../kafka-client/admin/find-coordinators.ts';
import { listGroups } from '../../kafka-client/admin/list-groups.ts';
import type { KafkaCluster } from '../../kafka-client/cluster.ts';
import { ConsoleError } from './console-error.ts';

export const noSuchGroup = (id: string) => new ConsoleError('not-found', `There is no group "${id}".`);

export const groupActive = (id: string, state: string) =>
  new ConsoleError(
    'group-active',
    `Group "${id}" has members (${state}). Stop its consumers first; their sessions may take a moment to end.`,
  );

/** Kafka's ways to say that the coordinator is moving, and so that nothing was done. */
const moving: ReadonlySet<string> = new Set(['NOT_COORDINATOR', 'COORDINATOR_LOAD_IN_PROGRESS']);

/** Throws when an answer says that the coordinator is moving. */
export function requireSettled(id: string, error: string | null): void {
  if (error === null || !moving.has(error)) return;
  throw new ConsoleError(
    'cluster-unreachable',
    `The coordinator of group "${id}" is moving at the moment (${error}). Nothing was changed; try again shortly.`,
    { retryAfterSeconds: 5 },
  );
}

/** Null when there is no such group. DescribeGroups knows classic groups only, ListGroups all. */
async function stateOf(kafka: KafkaCluster, coordinatorId: number, id: string): Promise<string | null> {
  const [described] = await describeGroups(kafka, coordinatorId, [id]);
  const error = described === undefined ? null : described.error;
  if (error !== null && error !== 'GROUP_ID_NOT_FOUND') {
    throw new ConsoleError('cluster-unreachable', `Group "${id}" cannot be asked about: ${error}.`, {
      retryAfterSeconds: 5,
    });
  }
  if (described !== undefined && error === null && described.state !== 'Dead') return described.state;
  const listed = (await listGroups(kafka, coordinatorId)).find((group) => group.id === id);
  return listed === undefined ? null : (listed.state ?? 'Unknown');
}

/** The id of the group's coordinator. */
export async function coordinatorOf(kafka: KafkaCluster, id: string): Promise<number> {
  const [found] = await findCoordinators(kafka, [id]);
  if (found?.coordinatorId == null) {
    throw new ConsoleError(
      'cluster-unreachable',
      `The coordinator of group "${id}" is not known at the moment (${found?.error ?? 'no answer'}). Try again shortly.`,
      { retryAfterSeconds: 5 },
    );
  }
  return found.coordinatorId;
}

/** The id of the group's coordinator. Throws 404 and 409. */
export async function requireIdleGroup(kafka: KafkaCluster, id: string): Promise<number> {
  const coordinatorId = await coordinatorOf(kafka, id);
  const state = await stateOf(kafka, coordinatorId, id);
  if (state === null || state === 'Dead') throw noSuchGroup(id);
  if (state !== 'Empty') throw groupActive(id, state);
  return coordinatorId;
}
