/** The same settings for many topics, or back to what holds without them. */
import { alterConfigs, type ConfigsChange } from '../../../kafka-client/admin/alter-configs.ts';
import { ConfigResourceType, describeConfigs } from '../../../kafka-client/admin/describe-configs.ts';
import type { ChangedTopic, ChangeTopics } from '../../contracts/topic-changes.ts';
import type { Config } from '../../contracts/configs.ts';
import { configContract, isChanged } from '../config-contract.ts';
import { isShownByAll } from '../shown-by-brokers.ts';
import { forgetTopic } from '../topic-configs.ts';
import {
  refused,
  rowOf,
  unknownAll,
  withOutcomes,
  type TopicsChange,
  type TopicsToChange,
} from './topics-change.ts';

type Change = Extract<ChangeTopics, { action: 'configs' }>;
type Configs = Change['configs'];

export const changeConfigs: TopicsChange<Change> = {
  async plan(given, { configs }) {
    const { kafka, topics } = given;
    const now = await configsNow(given, [...topics.keys()], configs, 'any');
    const rows = Array.from(topics.keys(), (topic) => plannedRow(topic, now.get(topic), configs));
    const planned = rows.filter(({ outcome }) => outcome === 'planned');
    if (planned.length === 0) return rows;
    const told = await alterConfigs(kafka, changesOf(planned, configs), 'any', { validateOnly: true });
    return [
      ...rows.filter(({ outcome }) => outcome !== 'planned'),
      ...withOutcomes(planned, told, 'planned'),
    ];
  },

  async run(given, { configs }, planned) {
    const { kafka, cluster } = given;
    try {
      const rows = withOutcomes(planned, await alterConfigs(kafka, changesOf(planned, configs)), 'done');
      const done = rows.filter(({ outcome }) => outcome === 'done').map(({ topic }) => topic);
      await isShownByAll(kafka, async (id) => {
        const now = await configsNow(given, done, configs, id);
        return done.every((topic) => {
          const told = now.get(topic);
          return Array.isArray(told) && isChanged(told, configs, 'topic');
        });
      });
      return rows;
    } catch (error) {
      return unknownAll(planned, error);
    } finally {
      for (const { topic } of planned) forgetTopic(cluster.settings, topic);
    }
  },
};

function plannedRow(
  topic: string,
  now: readonly Config[] | string | undefined,
  configs: Configs,
): ChangedTopic {
  const row = rowOf(topic, { to: toText(configs) });
  if (now === undefined || typeof now === 'string')
    return refused(row, now ?? 'the cluster does not tell its settings');
  const changed = { ...row, from: fromText(now, configs) };
  const isKnown = Object.keys(configs).every((name) => now.some((config) => config.name === name));
  return isKnown && isChanged(now, configs, 'topic') ? { ...changed, outcome: 'nothing' } : changed;
}

function changesOf(rows: readonly ChangedTopic[], configs: Configs): ConfigsChange[] {
  return rows.map(({ topic }) => ({ resource: { type: ConfigResourceType.topic, name: topic }, configs }));
}

/** A text says why Kafka does not tell them. */
async function configsNow(
  { kafka }: TopicsToChange,
  topics: readonly string[],
  configs: Configs,
  target: number | 'any',
): Promise<Map<string, readonly Config[] | string>> {
  const resources = topics.map((name) => ({ type: ConfigResourceType.topic, name }));
  const told = await describeConfigs(kafka, resources, target, Object.keys(configs));
  return new Map(
    told.map(({ resource, error, values }) => [resource.name, error ?? values.map(configContract)]),
  );
}

/** The value alone where it is one setting, as the question names it. */
function toText(configs: Configs): string {
  return listed(configs, (_, value) => value ?? 'as without it');
}

function fromText(now: readonly Config[], configs: Configs): string {
  return listed(configs, (name) => {
    const config = now.find((each) => each.name === name);
    if (config === undefined) return 'unknown';
    return config.sensitive ? '***' : (config.value ?? 'none');
  });
}

function listed(configs: Configs, textOf: (name: string, value: string | null) => string): string {
  const entries = Object.entries(configs);
  return entries.length === 1
    ? entries.map(([name, value]) => textOf(name, value)).join('')
    : entries.map(([name, value]) => `${name}=${textOf(name, value)}`).join(', ');
}
