/**
 * What jmx_exporter's two example configurations for Kafka do, for brokers with ZooKeeper (kafka-2_0_0.yml) and with KRaft
 * (kafka-kraft-3_0_0.yml): counters named ...PerSec become ..._total, gauges lose their attribute, further keys of an MBean
 * become labels, percentiles one named quantile, and what no rule matches (all of java.lang, for one) is left out. YAML takes JSON as it is.
 */

interface Rule {
  readonly pattern: string;
  readonly name: string;
  readonly type: 'COUNTER' | 'GAUGE';
  readonly labels?: Readonly<Record<string, string>>;
}

/** Rules for MBeans with two, one and no key beside type and name: the first that matches wins. */
function withKeys(nameOfBean: string, attribute: string, name: string, type: Rule['type']): Rule[] {
  const key = ', (.+)=(.+)';
  const labels = [{ $4: '$5', $6: '$7' }, { $4: '$5' }, undefined];
  return labels.map((each, index) => ({
    pattern: `kafka.(\\w+)<type=(.+), name=${nameOfBean}${key.repeat(2 - index)}><>${attribute}`,
    name,
    type,
    ...(each === undefined ? {} : { labels: each }),
  }));
}

const percentile: Rule = {
  pattern: 'kafka.(\\w+)<type=(.+), name=(.+), (.+)=(.*)><>(\\d+)thPercentile',
  name: 'kafka_$1_$2_$3',
  type: 'GAUGE',
  labels: { $4: '$5', quantile: '0.$6' },
};
const replicaOfTopic: Rule = {
  pattern: 'kafka.server<type=(.+), name=(.+), clientId=(.+), topic=(.+), partition=(.*)><>Value',
  name: 'kafka_server_$1_$2',
  type: 'GAUGE',
  labels: { clientId: '$3', topic: '$4', partition: '$5' },
};
const coordinator: Rule = {
  pattern: 'kafka.coordinator.(\\w+)<type=(.+), name=(.+)><>Value',
  name: 'kafka_coordinator_$1_$2_$3',
  type: 'GAUGE',
};
const kraftMetrics: readonly Rule[] = [
  { pattern: 'kafka.server<type=(.+)><>([a-z-]+)-total', name: 'kafka_server_$1_$2_total', type: 'COUNTER' },
  { pattern: 'kafka.server<type=(.+)><>([a-z-]+)', name: 'kafka_server_$1_$2', type: 'GAUGE' },
];
const general: readonly Rule[] = [
  ...withKeys('(.+)PerSec\\w*', 'Count', 'kafka_$1_$2_$3_total', 'COUNTER'),
  ...withKeys('(.+)', 'Value', 'kafka_$1_$2_$3', 'GAUGE'),
  ...withKeys('(.+)', 'Count', 'kafka_$1_$2_$3_count', 'COUNTER'),
  percentile,
];

const file = (rules: readonly Rule[]): string => JSON.stringify({ lowercaseOutputName: true, rules });

export const jmxExporterRules = {
  /** No rules: each attribute of each MBean under its default name. */
  none: '{}',
  zooKeeperKafka: file([replicaOfTopic, coordinator, ...general]),
  kraftKafka: file([replicaOfTopic, coordinator, ...kraftMetrics, ...general]),
} as const;
