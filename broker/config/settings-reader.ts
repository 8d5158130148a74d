/** Reads single settings with their defaults for the checks of several keys together, and complains at the right place. */
import { type BrokerKeyName, type BrokerValues, brokerKeys } from './broker-config.ts';
import { ConfigError } from './config-error.ts';
import type { Setting, Settings } from './read-broker-config.ts';

const NOWHERE: Setting = { text: '', where: 'configuration' };

export class SettingsReader {
  readonly settings: Settings;
  /** Keys of one listener, or of one mechanism of SASL, by their whole names. */
  readonly listenerSettings: ReadonlyMap<string, Setting>;

  constructor(settings: Settings, listenerSettings: ReadonlyMap<string, Setting>) {
    this.settings = settings;
    this.listenerSettings = listenerSettings;
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
    const isShown = this.has(name) && brokerKeys[name].type !== 'password';
    throw new ConfigError({ where, key: name, value: isShown ? text : null, expected });
  }
}
