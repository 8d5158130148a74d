/**
 * The broker's configuration: every key of the tables with its value, and what follows from several keys together.
 *
 * `values` is what is in force now: file and command line, over them the dynamic values from the metadata image.
 * Only keys whose row says so can change; `applyDynamic` replaces the whole set at once, so that two reads in one
 * turn of the event loop agree. Read `values[...]` where it is used instead of keeping a copy.
 */
import type { QuorumVoter } from '../controller/metadata-log/replicated-metadata-log.ts';
import type { ConfigKey, ConfigValues } from './config-key.ts';
import { identityKeys, networkKeys } from './cluster-keys.ts';
import { internalTopicKeys, logKeys } from './log-keys.ts';
import { quorumKeys } from './quorum-keys.ts';
import { replicationKeys } from './replication-keys.ts';
import type { ListenerSecurity } from './listener-security.ts';
import type { NodeSecurity } from './node-security.ts';
import type { Listener } from './listeners.ts';
import { accessKeys, nodeSaslKeys, saslKeys, tlsKeys } from './security-keys.ts';

export const brokerKeys = {
  ...identityKeys,
  ...quorumKeys,
  ...networkKeys,
  ...tlsKeys,
  ...saslKeys,
  ...nodeSaslKeys,
  ...accessKeys,
  ...logKeys,
  ...replicationKeys,
  ...internalTopicKeys,
} as const;
export type BrokerKeyName = keyof typeof brokerKeys;
export type BrokerValues = ConfigValues<typeof brokerKeys>;

/** Where a text came from: the number is DescribeConfigs' config source. */
export type ConfigSource = 'topic' | 'group' | 'dynamic-broker' | 'dynamic-default' | 'static' | 'default';

export interface BrokerConfigParts {
  readonly nodeId: number;
  readonly roles: { readonly broker: boolean; readonly controller: boolean };
  /** Who votes on the metadata, as all nodes of the cluster must have it; empty in a cluster of one. */
  readonly voters: readonly QuorumVoter[];
  readonly rack: string | null;
  readonly logDirs: readonly string[];
  /** Listeners that clients connect to; none where this process is no broker. */
  readonly listeners: readonly Listener[];
  readonly advertisedListeners: readonly Listener[];
  /** The first is where this controller is asked; none where it is no controller, or alone. */
  readonly controllerListeners: readonly Listener[];
  /** By the name of a listener, of clients or controllers. */
  readonly listenerSecurity: ReadonlyMap<string, ListenerSecurity>;
  /** Name of the listener whose endpoint other brokers (and the console) use. */
  readonly interBrokerListenerName: string;
  /** How other nodes are reached. */
  readonly nodeSecurity: NodeSecurity;
  readonly metricsListener: { readonly host: string; readonly port: number } | null;
  /** True when no voters were configured: this process is the whole cluster. */
  readonly clusterOfOne: boolean;
  /** Key to text, only what the file or the command line set. */
  readonly staticTexts: ReadonlyMap<string, string>;
  /** Defaults that follow from other keys (replication factors of internal topics), as text. */
  readonly derivedDefaults: ReadonlyMap<string, string>;
}

export function isBrokerKey(name: string): name is BrokerKeyName {
  return Object.hasOwn(brokerKeys, name);
}

export class BrokerConfig implements BrokerConfigParts {
  readonly nodeId: number;
  readonly roles: { readonly broker: boolean; readonly controller: boolean };
  readonly voters: readonly QuorumVoter[];
  readonly rack: string | null;
  readonly logDirs: readonly string[];
  readonly listeners: readonly Listener[];
  readonly advertisedListeners: readonly Listener[];
  readonly controllerListeners: readonly Listener[];
  readonly listenerSecurity: ReadonlyMap<string, ListenerSecurity>;
  readonly interBrokerListenerName: string;
  readonly nodeSecurity: NodeSecurity;
  readonly metricsListener: { readonly host: string; readonly port: number } | null;
  readonly clusterOfOne: boolean;
  readonly staticTexts: ReadonlyMap<string, string>;
  readonly derivedDefaults: ReadonlyMap<string, string>;
  #dynamicDefaults: ReadonlyMap<string, string> = new Map();
  #dynamicBroker: ReadonlyMap<string, string> = new Map();
  #values: BrokerValues;

  constructor(parts: BrokerConfigParts) {
    this.nodeId = parts.nodeId;
    this.roles = parts.roles;
    this.voters = parts.voters;
    this.rack = parts.rack;
    this.logDirs = parts.logDirs;
    this.listeners = parts.listeners;
    this.advertisedListeners = parts.advertisedListeners;
    this.controllerListeners = parts.controllerListeners;
    this.listenerSecurity = parts.listenerSecurity;
    this.interBrokerListenerName = parts.interBrokerListenerName;
    this.nodeSecurity = parts.nodeSecurity;
    this.metricsListener = parts.metricsListener;
    this.clusterOfOne = parts.clusterOfOne;
    this.staticTexts = parts.staticTexts;
    this.derivedDefaults = parts.derivedDefaults;
    this.#values = this.#compute();
  }

  get values(): BrokerValues {
    return this.#values;
  }

  /** Entries of the image: `clusterDefaults` of all brokers (empty resource name), `own` of this one. */
  applyDynamic(clusterDefaults: ReadonlyMap<string, string>, own: ReadonlyMap<string, string>): void {
    this.#dynamicDefaults = clusterDefaults;
    this.#dynamicBroker = own;
    this.#values = this.#compute();
  }

  /** Every text a key has, the one in force first; empty when it has none and no default. */
  texts(name: BrokerKeyName): readonly { readonly source: ConfigSource; readonly text: string }[] {
    const candidates: readonly (readonly [ConfigSource, string | null | undefined])[] = [
      ['dynamic-broker', this.#dynamicBroker.get(name)],
      ['dynamic-default', this.#dynamicDefaults.get(name)],
      ['static', this.staticTexts.get(name)],
      ['default', this.derivedDefaults.get(name) ?? brokerKeys[name].defaultText],
    ];
    return candidates.flatMap(([source, text]) =>
      text === null || text === undefined ? [] : [{ source, text }],
    );
  }

  /** True when somebody set the key, in the file or while the broker ran. */
  isSet(name: BrokerKeyName): boolean {
    const first = this.texts(name)[0];
    return first !== undefined && first.source !== 'default';
  }

  #compute(): BrokerValues {
    const values: Record<string, unknown> = {};
    for (const [name, key] of Object.entries(brokerKeys) as [BrokerKeyName, ConfigKey<unknown>][]) {
      // A dynamic value that an older version wrote and this one refuses is passed over, not fatal.
      const parsed = this.texts(name)
        .map(({ text }) => key.parse(text))
        .find((value) => value !== undefined);
      values[name] = parsed ?? null;
    }
    return Object.freeze(values) as BrokerValues;
  }
}
