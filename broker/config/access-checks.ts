/**
 * What an authorizer needs of the other keys. Nodes of a cluster are User:ANONYMOUS to each other, because they speak PLAINTEXT:
 * an authorizer that does not let them do everything would stop the cluster. Whoever else can be that is warned of.
 */
import type { ListenerParts } from './listener-checks.ts';
import type { ListenerSecurity } from './listener-security.ts';
import { parseSuperUsers } from '../security/acl/authorizer.ts';
import type { SettingsReader } from './settings-reader.ts';

const ANONYMOUS = 'User:ANONYMOUS';
const NEEDS_AUTHORIZER = ['super.users', 'allow.everyone.if.no.acl.found'] as const;

/** Clients need not prove there who they are. */
function letsAnonymousIn({ tls, sasl }: ListenerSecurity): boolean {
  return sasl === null && tls?.clientAuth !== 'required';
}

/** Throws ConfigError. Returns warnings. */
export function accessWarnings(
  reader: SettingsReader,
  clusterOfOne: boolean,
  { listenerSecurity, interBrokerListenerName }: ListenerParts,
): readonly string[] {
  if (reader.value('authorizer.class.name') === '') {
    return NEEDS_AUTHORIZER.filter((name) => reader.has(name)).map(
      (name) =>
        `${reader.settings.get(name)?.where ?? ''}: ${name} has no effect without authorizer.class.name.`,
    );
  }
  const superUsers = parseSuperUsers(reader.value('super.users'));
  const isAnonymousSuper = superUsers?.has(ANONYMOUS) === true;
  if (!isAnonymousSuper && !clusterOfOne) {
    const why =
      'the nodes of a cluster speak PLAINTEXT with each other and are that principal to the authorizer';
    const advice =
      'keep their listeners on a network that is theirs, and give clients listeners with SASL or certificates';
    reader.refuse('super.users', `must contain ${ANONYMOUS}: ${why}; ${advice}`);
  }
  if (!isAnonymousSuper) return [];
  const own = clusterOfOne ? null : interBrokerListenerName;
  const reached = [...listenerSecurity].filter(
    ([name, security]) => name !== own && letsAnonymousIn(security),
  );
  if (reached.length === 0) return [];
  const names = reached.map(([name]) => name).join(', ');
  return [
    `${reader.settings.get('super.users')?.where ?? ''}: super.users has ${ANONYMOUS}, ` +
      `which everybody is who reaches ${names}: no ACL holds there.`,
  ];
}
