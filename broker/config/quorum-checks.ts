/**
 * Who this node is in its cluster: voters, roles, and waits that only make sense together. Throws ConfigError at the
 * key that the user would change.
 *
 * Without controller.quorum.voters a node is a cluster of its own. With them, a node that is among them is broker and
 * controller unless process.roles says less, and any other node is a broker.
 */
import { addressText } from '../../kafka-client/address.ts';
import type { QuorumVoter } from '../controller/metadata-log/replicated-metadata-log.ts';
import type { BrokerConfigParts, BrokerKeyName } from './broker-config.ts';
import { isWildcard, parseHostPort } from './listeners.ts';
import type { SettingsReader } from './settings-reader.ts';

const VOTER = /^(\d{1,10})@(.+)$/;
const VOTERS = 'controller.quorum.voters';

export interface QuorumParts extends Pick<BrokerConfigParts, 'roles' | 'voters' | 'clusterOfOne'> {
  /** Where the others look for this controller; null when it is none, or alone. */
  readonly ownVoter: QuorumVoter | null;
}

function votersOf(reader: SettingsReader): readonly QuorumVoter[] {
  const voters = reader.value(VOTERS).map((text) => {
    const match = VOTER.exec(text);
    const address = parseHostPort(match?.[2] ?? '');
    if (!match || !address)
      return reader.refuse(VOTERS, `must be a list of id@host:port, and ${text} is not`);
    if (address.port === 0 || isWildcard(address.host)) {
      reader.refuse(
        VOTERS,
        `must give each a host and a port that the others can reach, and ${text} does not`,
      );
    }
    return { id: Number(match[1]), ...address };
  });
  if (new Set(voters.map(({ id }) => id)).size !== voters.length)
    reader.refuse(VOTERS, 'names the same id twice');
  const addresses = voters.map(addressText);
  if (new Set(addresses).size !== addresses.length) reader.refuse(VOTERS, 'names the same address twice');
  return voters;
}

function rolesOf(reader: SettingsReader, nodeId: number, isVoter: boolean): BrokerConfigParts['roles'] {
  const roles = reader.value('process.roles');
  if (roles.length === 0) return { broker: true, controller: isVoter };
  const controller = roles.includes('controller');
  if (controller && !isVoter) {
    reader.refuse(
      VOTERS,
      `must contain this node's id ${String(nodeId)}, because process.roles has controller`,
    );
  }
  if (!controller && isVoter) {
    reader.refuse('process.roles', `must contain controller: ${VOTERS} names this node (${String(nodeId)})`);
  }
  return { broker: roles.includes('broker'), controller };
}

function alone(reader: SettingsReader): QuorumParts {
  const roles = reader.value('process.roles');
  if (roles.length > 0 && !roles.includes('broker')) {
    reader.refuse('process.roles', `needs ${VOTERS}: a controller without them has no broker to serve`);
  }
  return {
    roles: { broker: true, controller: true },
    ...{ voters: [], clusterOfOne: true, ownVoter: null },
  };
}

function refuseUnless(
  reader: SettingsReader,
  smaller: BrokerKeyName & keyof Waits,
  larger: BrokerKeyName & keyof Waits,
): void {
  const limit = reader.value(larger);
  if (reader.value(smaller) > limit)
    reader.refuse(smaller, `must be at most ${larger}, which is ${String(limit)}`);
}

type Waits = Record<
  | 'broker.heartbeat.interval.ms'
  | 'broker.session.timeout.ms'
  | 'replica.fetch.wait.max.ms'
  | 'replica.lag.time.max.ms'
  | 'replica.socket.timeout.ms',
  number
>;

/** A wait that is longer than what it is a part of would make healthy nodes look dead. */
function checkWaits(reader: SettingsReader): void {
  refuseUnless(reader, 'broker.heartbeat.interval.ms', 'broker.session.timeout.ms');
  refuseUnless(reader, 'replica.fetch.wait.max.ms', 'replica.lag.time.max.ms');
  refuseUnless(reader, 'replica.fetch.wait.max.ms', 'replica.socket.timeout.ms');
}

export function quorumOf(reader: SettingsReader, nodeId: number): QuorumParts {
  checkWaits(reader);
  const voters = votersOf(reader);
  if (voters.length === 0) return alone(reader);
  if (voters.length > 1 && !reader.has('node.id') && !reader.has('broker.id')) {
    reader.refuse(VOTERS, 'needs node.id: each node of a cluster has a number of its own');
  }
  const own = voters.find(({ id }) => id === nodeId) ?? null;
  const roles = rolesOf(reader, nodeId, own !== null);
  return { roles, voters, clusterOfOne: false, ownVoter: own };
}
