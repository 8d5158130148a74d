/** Reads single settings with their defaults for the checks of several keys together, and complains at the right place. */
import { type BrokerKeyName, type BrokerValues, brokerKeys } from './broker-config.ts';
import { ConfigError } from './config-error.ts';
import type { Setting, Settings } from './read-broker-config.ts';

const NOWHERE: Setting = { text: '', where: 'configuration' };

export class SettingsReader {
  readonly settings: Settings;

  constructor(settings: Settings) {
    this.settings = settings;
  }

  value<Name extends BrokerKeyName>(name: Name): BrokerValues[Name] {
    const text = this.settings.get(name)?.text ?? brokerKeys[name].defaultText;
    return (text === null ? null : brokerKeys[name].parse(text)) as BrokerValues[Name];
  }

  has(name: BrokerKeyName): boolean {
    return this.settings.has(name);
  }

  /** `expected` ends the sentence that names file, line, key and value. */
  refuse(name: BrokerKeyName, expected: string): never {
    const { text, where } = this.settings.get(name) ?? NOWHERE;
    throw new ConfigError({ where, key: name, value: this.has(name) ? text : null, expected });
  }
}
