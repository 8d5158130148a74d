/**
 * The log configuration of every topic, worked out once and shared by all its partitions: it takes a quarter of a
 * millisecond, and a broker with thousands of partitions asks for it at its start and at each look at its metrics.
 * Topics without overrides share one.
 */
import { GROUP_CONFIGS, type MetadataDelta } from '../controller/image.ts';
import type { LogConfig } from '../log/log-config.ts';
import type { BrokerConfig } from './broker-config.ts';
import { topicLogConfig } from './topic-config.ts';

/** Whether what logs are configured to may be another now. */
export function concernsLogs({ changedConfigs, deletedTopics }: MetadataDelta): boolean {
  return deletedTopics.length > 0 || changedConfigs.some(({ type }) => type !== GROUP_CONFIGS);
}

type Overrides = ReadonlyMap<string, string>;

export class TopicLogConfigs {
  readonly #config: BrokerConfig;
  readonly #overridesOf: (topic: string) => Overrides | undefined;
  #withoutOverrides: LogConfig | null = null;
  readonly #byTopic = new Map<string, { readonly overrides: Overrides; readonly config: LogConfig }>();

  constructor(config: BrokerConfig, overridesOf: (topic: string) => Overrides | undefined) {
    this.#config = config;
    this.#overridesOf = overridesOf;
  }

  of(topic: string): LogConfig {
    const overrides = this.#overridesOf(topic);
    if (overrides === undefined) return (this.#withoutOverrides ??= topicLogConfig(this.#config));
    const known = this.#byTopic.get(topic);
    if (known?.overrides === overrides) return known.config;
    const config = topicLogConfig(this.#config, overrides);
    this.#byTopic.set(topic, { overrides, config });
    return config;
  }

  /** A key of the broker, or of a topic, has changed or is gone: all are worked out anew. */
  forget(): void {
    this.#withoutOverrides = null;
    this.#byTopic.clear();
  }
}
