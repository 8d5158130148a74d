/** The tables of keys in the form in which the controller asks them: it checks and combines, and knows no key by name. */
import type { ConfigRules } from '../controller/command.ts';
import { type BrokerConfig, brokerKeys, isBrokerKey } from './broker-config.ts';
import { refuseBrokerConfig, refuseTopicConfig, refuseTopicConfigs } from './check-dynamic-config.ts';
import { topicConfigTexts } from './topic-config.ts';
import { isTopicKey, topicKeys } from './topic-keys.ts';

/** Who may lead depends on it, so the controller and all leaders must have the same value (KIP-966). */
const NEVER_OF_ONE_BROKER: ReadonlySet<string> = new Set(['min.insync.replicas']);

function refuseForOneBroker(brokerId: string, name: string): string | null {
  if (brokerId === '' || !NEVER_OF_ONE_BROKER.has(name)) return null;
  return `Config '${name}' cannot differ between brokers: set it for all of them (without a broker id), or for a topic.`;
}

export function configRules(config: BrokerConfig): ConfigRules {
  return {
    fault: (type, resourceName, name, value) =>
      type === 2
        ? refuseTopicConfig(name, value)
        : (refuseForOneBroker(resourceName, name) ?? refuseBrokerConfig(name, value)),
    listDefault: (type, name) => {
      if (type === 2) {
        if (!isTopicKey(name) || topicKeys[name].type !== 'list') return null;
        return topicConfigTexts(name, config)[0]?.value ?? '';
      }
      if (!isBrokerKey(name) || brokerKeys[name].type !== 'list') return null;
      return config.texts(name)[0]?.text ?? '';
    },
    topicConflict: (overrides) => refuseTopicConfigs(config, overrides),
  };
}
