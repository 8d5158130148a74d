/** What the form of a user holds, and what of it is sent: only what is not as it was. Pure. */
import type { ChangeUser, ClusterRole, CreateUser, User } from '../../console/contracts/accounts';
import type { Role } from '../../console/contracts/envelope';

export interface UserDraft {
  readonly name: string;
  readonly role: Role;
  readonly password: string;
  readonly disabled: boolean;
  /** Only some clusters, those of `parts`. */
  readonly limited: boolean;
  readonly parts: Readonly<Record<string, ClusterRole['role']>>;
}

export const emptyDraft: UserDraft = {
  name: '',
  role: 'viewer',
  password: '',
  disabled: false,
  limited: false,
  parts: {},
};

export function draftOf(user: User): UserDraft {
  return {
    name: user.name,
    role: user.role,
    password: '',
    disabled: user.disabled,
    limited: user.clusters !== null,
    parts: Object.fromEntries((user.clusters ?? []).map(({ cluster, role }) => [cluster, role])),
  };
}

function clustersOf({ role, limited, parts }: UserDraft): ClusterRole[] | null {
  if (!limited || role === 'admin') return null;
  return Object.entries(parts).map(([cluster, part]) => ({
    cluster,
    role: role === 'viewer' ? 'viewer' : part,
  }));
}

export function newUserOf(draft: UserDraft): CreateUser {
  const { name, role, password } = draft;
  return { name, role, password, clusters: clustersOf(draft) };
}

const sorted = (rows: readonly ClusterRole[] | null) =>
  JSON.stringify(rows?.toSorted((a, b) => (a.cluster < b.cluster ? -1 : 1)) ?? null);

/** Null: nothing was changed. */
export function changeOf(user: User, draft: UserDraft): ChangeUser | null {
  const clusters = clustersOf(draft);
  const change: ChangeUser = {
    ...(draft.role === user.role ? {} : { role: draft.role }),
    ...(draft.disabled === user.disabled ? {} : { disabled: draft.disabled }),
    ...(draft.password === '' ? {} : { password: draft.password }),
    ...(sorted(clusters) === sorted(user.clusters) ? {} : { clusters }),
  };
  return Object.keys(change).length === 0 ? null : change;
}
