/**
 * The clusters that are watched, in memory, so that reading never waits: first those of the configuration, then those that
 * users added, in the order in which they were. The first one is the default cluster.
 *
 * A view (`as`) shows the same clusters to somebody who may not see all of them, and says what they may in each.
 *
 * A cluster of the configuration hides an added one of the same id; the added one comes back when it is configured no more.
 */
import type { ClusterSettings, ConsoleConfig } from '../config/environment.ts';
import type { Role } from '../contracts/envelope.ts';
import type { StoredCluster } from '../store/user-clusters.ts';

type RoleIn = (clusterId: string) => Role | null;
const everything: RoleIn = () => 'admin';

export class ClusterDirectory {
  readonly #configured: readonly ClusterSettings[];
  readonly #outbound: ConsoleConfig['outbound'];
  readonly #added: Map<string, ClusterSettings>;
  readonly #roleIn: RoleIn;

  constructor(
    config: Pick<ConsoleConfig, 'clusters' | 'outbound'>,
    added: readonly StoredCluster[],
    roleIn: RoleIn = everything,
    shared = new Map<string, ClusterSettings>(),
  ) {
    this.#configured = config.clusters;
    this.#outbound = config.outbound;
    this.#roleIn = roleIn;
    this.#added = shared;
    for (const cluster of added) this.put(cluster);
  }

  /** The same clusters, as somebody sees them. What is added or removed here is so for all. */
  as(roleIn: RoleIn): ClusterDirectory {
    const config = { clusters: [...this.#configured], outbound: this.#outbound };
    return new ClusterDirectory(config, [], roleIn, this.#added);
  }

  /** What the one who looks may in a cluster, there or not; null: it does not exist for them. */
  roleIn(id: string): Role | null {
    return this.#roleIn(id);
  }

  all(): ClusterSettings[] {
    const hidden = new Set(this.#configured.map(({ id }) => id));
    const all = [...this.#configured, ...[...this.#added.values()].filter(({ id }) => !hidden.has(id))];
    return all.filter(({ id }) => this.#roleIn(id) !== null);
  }

  find(id: string): ClusterSettings | undefined {
    if (this.#roleIn(id) === null) return undefined;
    return this.#configured.find((cluster) => cluster.id === id) ?? this.#added.get(id);
  }

  /** Adds one, or replaces the one of that id in its place. */
  put(cluster: StoredCluster): ClusterSettings {
    const { id, name, bootstrap, readOnly, access, metrics, isOpened } = cluster;
    const settings: ClusterSettings = {
      id,
      name,
      source: 'user',
      bootstrap: [...bootstrap],
      access,
      outbound: this.#outbound,
      readOnly,
      metrics,
      problem: isOpened
        ? null
        : `The password of cluster "${id}" cannot be opened: the file channel-key of the data directory is another one. Enter it again.`,
    };
    this.#added.set(id, settings);
    return settings;
  }

  remove(id: string): void {
    this.#added.delete(id);
  }

  /** How many users added. */
  get added(): number {
    return this.#added.size;
  }
}
