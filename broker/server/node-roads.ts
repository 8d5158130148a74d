/** How this node reaches others on real sockets, by what the configuration says of their listeners. */
import { addressText } from '../../kafka-client/address.ts';
import type { BrokerConfig } from '../config/broker-config.ts';
import type { RoadSecurity } from '../config/node-security.ts';
import { nodeTransport, type RoadOptions } from '../platform/node/node-transport.ts';
import type { Logger } from '../platform/logger.ts';
import type { Platform } from '../platform/platform.ts';
import type { Transport } from '../platform/transport.ts';
import { QuietLog } from './quiet-log.ts';
import { StartFailure } from '../start-failure.ts';
import { parseSuperUsers } from '../security/acl/authorizer.ts';
import { distinguishedName } from '../security/tls/distinguished-name.ts';
import { ownSubject, tlsClientOptions } from './tls-files.ts';

function optionsOf({ listenerName, tls, checksHost, sasl }: RoadSecurity): RoadOptions {
  return { sasl, tls: tls === null ? null : tlsClientOptions(listenerName, tls, checksHost) };
}

const isPlain = ({ protocol }: RoadSecurity): boolean => protocol === 'PLAINTEXT';

/**
 * With an authorizer a node must be a super user of the others, which have the same configuration: as one that is not, it would be refused
 * by all of them without end.
 */
function refuseStranger({ values }: BrokerConfig, { listenerName, tls, sasl }: RoadSecurity): void {
  if (tls === null || sasl !== null || values['authorizer.class.name'] === '') return;
  const subject = ownSubject(listenerName, tls);
  if (subject === null) return;
  const name = tls.principals.nameOf(distinguishedName(subject));
  const principal = `User:${name ?? ''}`;
  if (name !== null && parseSuperUsers(values['super.users'])?.has(principal) === true) return;
  throw new StartFailure(
    `super.users must contain ${name === null ? 'the node: no rule of ssl.principal.mapping.rules maps its certificate' : principal}, ` +
      `which this node is to the others on ${listenerName} by its certificate.`,
  );
}

/** That of the platform where nobody proves anything. Throws StartFailure. */
export function transportOf(
  config: BrokerConfig,
  { transport, clock }: Pick<Platform, 'transport' | 'clock'>,
  logger: Logger,
): Transport {
  const { nodeSecurity } = config;
  const { broker, controller } = nodeSecurity;
  if (isPlain(broker) && isPlain(controller)) return transport;
  for (const road of [broker, controller]) refuseStranger(config, road);
  const log = new QuietLog(logger.named('NodeConnections'), () => clock.monotonicMs());
  return nodeTransport(
    { broker: optionsOf(broker), controller: optionsOf(controller) },
    (road, address, reason) => {
      const { listenerName } = nodeSecurity[road];
      log.warn(`Cannot reach the ${road} at ${addressText(address)} on ${listenerName}: ${reason}.`);
    },
  );
}
