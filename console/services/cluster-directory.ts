/**
 * The clusters that are watched, in memory, so that reading never waits: first those of the configuration, then those that
 * users added, in the order in which they were. The first one is the default cluster.
 *
 * A cluster of the configuration hides an added one of the same id; the added one comes back when it is configured no more.
 */
import type { ClusterSettings, ConsoleConfig } from '../config/environment.ts';
import type { StoredCluster } from '../store/user-clusters.ts';

export class ClusterDirectory {
  readonly #configured: readonly ClusterSettings[];
  readonly #outbound: ConsoleConfig['outbound'];
  readonly #added = new Map<string, ClusterSettings>();

  constructor(config: ConsoleConfig, added: readonly StoredCluster[]) {
    this.#configured = config.clusters;
    this.#outbound = config.outbound;
    for (const cluster of added) this.put(cluster);
  }

  all(): ClusterSettings[] {
    const hidden = new Set(this.#configured.map(({ id }) => id));
    return [...this.#configured, ...[...this.#added.values()].filter(({ id }) => !hidden.has(id))];
  }

  find(id: string): ClusterSettings | undefined {
    return this.#configured.find((cluster) => cluster.id === id) ?? this.#added.get(id);
  }

  /** Adds one, or replaces the one of that id in its place. */
  put(cluster: StoredCluster): ClusterSettings {
    const { id, name, bootstrap, readOnly, access, isOpened } = cluster;
    const settings: ClusterSettings = {
      id,
      name,
      source: 'user',
      bootstrap: [...bootstrap],
      access,
      outbound: this.#outbound,
      readOnly,
      metrics: [],
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
