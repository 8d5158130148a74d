/** What an account may, in the form that decisions take it. Pure. */
import type { ClusterRole } from '../contracts/accounts.ts';
import type { Role } from '../contracts/envelope.ts';
import { ConsoleError } from './console-error.ts';
import type { Actor } from './context.ts';

export function rightsOf({
  role,
  clusters,
}: {
  role: Role;
  clusters: readonly ClusterRole[] | null;
}): Pick<Actor, 'role' | 'clusters'> {
  return {
    role,
    clusters: clusters === null ? null : new Map(clusters.map((row) => [row.cluster, row.role])),
  };
}

/** An administrator manages the console itself, with all its clusters. */
export function requireLimitable(role: Role, clusters: readonly ClusterRole[] | null): void {
  if (role !== 'admin' || clusters === null) return;
  throw new ConsoleError('invalid', 'An administrator cannot be limited to some clusters.', {
    errors: { clusters: 'cannot be limited for an administrator' },
  });
}
