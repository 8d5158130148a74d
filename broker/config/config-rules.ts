/** The tables of keys in the form in which the controller asks them: it checks and combines, and knows no key by name. */
import type { ConfigRules } from '../controller/command.ts';
import { GROUP_CONFIGS } from '../controller/image.ts';
import { type BrokerConfig, brokerKeys, isBrokerKey } from './broker-config.ts';
import {
  refuseBrokerConfig,
  refuseGroupConfig,
  refuseTopicConfig,
  refuseTopicConfigs,
} from './check-dynamic-config.ts';
import { refuseGroupConfigs } from './group-config.ts';
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
    fault: (type, resourceName, name, value) => {
      if (type === 2) return refuseTopicConfig(name, value);
      if (type === GROUP_CONFIGS) return refuseGroupConfig(name, value);
      return refuseForOneBroker(resourceName, name) ?? refuseBrokerConfig(name, value);
    },
    listDefault: (type, name) => {
      if (type === 2) {
        if (!isTopicKey(name) || topicKeys[name].type !== 'list') return null;
        return topicConfigTexts(name, config)[0]?.value ?? '';
      }
      if (type === GROUP_CONFIGS || !isBrokerKey(name) || brokerKeys[name].type !== 'list') return null;
      return config.texts(name)[0]?.text ?? '';
    },
    conflict: (type, overrides) => {
      if (type === 2) return refuseTopicConfigs(config, overrides);
      return type === GROUP_CONFIGS ? refuseGroupConfigs(config, overrides) : null;
    },
  };
}
