/**
 * What an authorizer needs of the other keys. Nodes are principals to each other, User:ANONYMOUS where they speak PLAINTEXT: an authorizer
 * that does not let them do everything would stop the cluster, so who that is has to be a super user. By certificates that is known
 * only when they are read; a node that is no super user is refused by the others then. Whoever else can be anonymous is warned of.
 */
import type { ListenerParts } from './listener-checks.ts';
import type { ListenerSecurity } from './listener-security.ts';
import type { RoadSecurity } from './node-security.ts';
import { parseSuperUsers } from '../security/acl/authorizer.ts';
import type { SettingsReader } from './settings-reader.ts';

const ANONYMOUS = 'User:ANONYMOUS';
const NEEDS_AUTHORIZER = ['super.users', 'allow.everyone.if.no.acl.found'] as const;

/** Clients need not prove there who they are. */
function letsAnonymousIn({ tls, sasl }: ListenerSecurity): boolean {
  return sasl === null && tls?.clientAuth !== 'required';
}

/** Null: by its certificate. */
function principalOn({ tls, sasl }: RoadSecurity): string | null {
  if (sasl !== null) return `User:${sasl.username}`;
  return tls === null ? ANONYMOUS : null;
}

/** Throws ConfigError. Returns warnings. */
export function accessWarnings(
  reader: SettingsReader,
  clusterOfOne: boolean,
  { listenerSecurity, interBrokerListenerName, controllerListeners, nodeSecurity }: ListenerParts,
): readonly string[] {
  if (reader.value('authorizer.class.name') === '') {
    return NEEDS_AUTHORIZER.filter((name) => reader.has(name)).map(
      (name) =>
        `${reader.settings.get(name)?.where ?? ''}: ${name} has no effect without authorizer.class.name.`,
    );
  }
  const superUsers = parseSuperUsers(reader.value('super.users'));
  const isAnonymousSuper = superUsers?.has(ANONYMOUS) === true;
  for (const road of clusterOfOne ? [] : Object.values(nodeSecurity)) {
    const principal = principalOn(road);
    if (principal === null || superUsers?.has(principal) === true) continue;
    const why = `the nodes of the cluster are that principal to each other on ${road.listenerName}`;
    const advice =
      principal === ANONYMOUS
        ? '; keep their listeners on a network that is theirs, or give them SASL or certificates'
        : '';
    reader.refuse('super.users', `must contain ${principal}: ${why}${advice}`);
  }
  if (!isAnonymousSuper) return [];
  const own = new Set(
    clusterOfOne ? [] : [interBrokerListenerName, ...controllerListeners.map(({ name }) => name)],
  );
  const reached = [...listenerSecurity].filter(
    ([name, security]) => !own.has(name) && letsAnonymousIn(security),
  );
  if (reached.length === 0) return [];
  const names = reached.map(([name]) => name).join(', ');
  return [
    `${reader.settings.get('super.users')?.where ?? ''}: super.users has ${ANONYMOUS}, ` +
      `which everybody is who reaches ${names}: no ACL holds there.`,
  ];
}
