/**
 * How this node reaches others: the security protocol of the listener that brokers have for each other, and of the controllers', and with
 * what it proves there who it is. Keys are those of that listener, as Kafka's clients in a broker take them: `listener.name.NAME.ssl...` and
 * `listener.name.NAME.MECHANISM.sasl.jaas.config` with `username` and `password`. Throws ConfigError.
 */
import { JaasError, parseLoginModule } from '../security/jaas.ts';
import type { Road } from '../platform/transport.ts';
import { brokerKeys } from './broker-config.ts';
import {
  ListenerSettings,
  refuseAt,
  type SaslMechanism,
  type SecurityProtocol,
  type TlsSettings,
  tlsOf,
} from './listener-security.ts';
import { SASL_MECHANISMS } from './security-keys.ts';
import type { SettingsReader } from './settings-reader.ts';

export interface NodeCredentials {
  readonly mechanism: SaslMechanism;
  readonly username: string;
  readonly password: string;
}

export interface RoadSecurity {
  readonly listenerName: string;
  readonly protocol: SecurityProtocol;
  /** Null where the protocol has no TLS. */
  readonly tls: TlsSettings | null;
  /** The other's certificate must have been made for the address that is connected to. */
  readonly checksHost: boolean;
  /** Null where the protocol has no SASL. */
  readonly sasl: NodeCredentials | null;
}

export type NodeSecurity = Readonly<Record<Road, RoadSecurity>>;

const MECHANISM_KEYS = {
  broker: 'sasl.mechanism.inter.broker.protocol',
  controller: 'sasl.mechanism.controller.protocol',
} as const;

/** Users of SCRAM are in the metadata, which nobody has who cannot reach a controller. */
const MECHANISMS: Readonly<Record<Road, readonly SaslMechanism[]>> = {
  broker: SASL_MECHANISMS,
  controller: ['PLAIN'],
};

function credentialsOf(reader: SettingsReader, settings: ListenerSettings, road: Road): NodeCredentials {
  const key = MECHANISM_KEYS[road];
  const mechanism = MECHANISMS[road].find((name) => name === reader.value(key).toUpperCase());
  if (mechanism === undefined) reader.refuse(key, `must be ${MECHANISMS[road].join(', ')}`);
  const jaas = settings.jaasOf(mechanism);
  if (jaas === null)
    return settings.missing(
      `${mechanism.toLowerCase()}.sasl.jaas.config with username and password for this node`,
    );
  try {
    const { options } = parseLoginModule(jaas.value);
    const [username, password] = [options.get('username'), options.get('password')];
    if (username !== undefined && password !== undefined) return { mechanism, username, password };
  } catch (error) {
    if (!(error instanceof JaasError)) throw error;
    return refuseAt(jaas.key, jaas.setting, brokerKeys['sasl.jaas.config'], error.message);
  }
  const fix = `must have username="..." and password="...", by which this node proves who it is to others`;
  return refuseAt(jaas.key, jaas.setting, brokerKeys['sasl.jaas.config'], fix);
}

export function roadSecurity(
  reader: SettingsReader,
  road: Road,
  listenerName: string,
  protocol: SecurityProtocol,
): RoadSecurity {
  const settings = new ListenerSettings(reader, { name: listenerName });
  return {
    ...{ listenerName, protocol },
    tls: protocol.endsWith('SSL') ? tlsOf(settings, false) : null,
    checksHost: settings.value('ssl.endpoint.identification.algorithm') !== '',
    sasl: protocol.startsWith('SASL') ? credentialsOf(reader, settings, road) : null,
  };
}
