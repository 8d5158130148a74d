/**
 * Who may do what, in one place. An actor has a role, and either every cluster or some, with a role in each of them; what it
 * may in a cluster is the lesser of the two. A cluster that an actor has no part in does not exist for it: 404, not 403.
 *
 * A use case is given the console as its actor may see it (`contextOf`): its directory of clusters leaves the others out, and
 * knows the actor's role in each, so that what is not reached by a cluster's address (alert rules, incidents) is asked
 * about with `requireRoleIn`. The console's own context, of the command line and of what runs by itself, may everything.
 */
import type { Role } from '../contracts/envelope.ts';
import { ConsoleError } from './console-error.ts';
import type { Actor, ConsoleContext } from './context.ts';
import { hasRole, lesserRole } from './roles.ts';

type Rights = Pick<Actor, 'role' | 'clusters'>;

/** Null: this cluster does not exist for the actor. */
export function roleIn({ role, clusters }: Rights, clusterId: string): Role | null {
  if (clusters === null) return role;
  const granted = clusters.get(clusterId);
  return granted === undefined ? null : lesserRole(granted, role);
}

/** `clusterId` is the one that the address names, null where it names none. Throws ConsoleError. */
export function authorise(actor: Rights, needed: Role, clusterId: string | null): void {
  const role = clusterId === null ? actor.role : roleIn(actor, clusterId);
  if (role === null) throw noSuchCluster(clusterId ?? '');
  if (!hasRole({ role }, needed)) {
    throw new ConsoleError('role', `This takes the role ${needed}; yours is ${role}.`);
  }
}

export const noSuchCluster = (clusterId: string) =>
  new ConsoleError('not-found', `There is no cluster "${clusterId}".`);

/** The console as this actor may see it. */
export function contextOf(context: ConsoleContext, actor: Rights): ConsoleContext {
  return { ...context, clusters: context.clusters.as((clusterId) => roleIn(actor, clusterId)) };
}

/** Whether what belongs to this cluster is there at all for the one who asks. */
export function maySee(context: Pick<ConsoleContext, 'clusters'>, clusterId: string): boolean {
  return context.clusters.roleIn(clusterId) !== null;
}

/** For what belongs to a cluster without being addressed by it. Null tells whoever asks that it is not there for them. */
export function requireRoleIn(
  context: Pick<ConsoleContext, 'clusters'>,
  clusterId: string,
  needed: Role,
): void {
  const role = context.clusters.roleIn(clusterId);
  if (role === null) throw noSuchCluster(clusterId);
  if (!hasRole({ role }, needed)) {
    throw new ConsoleError(
      'role',
      `In cluster "${clusterId}" this takes the role ${needed}; yours is ${role}.`,
    );
  }
}
