/** A setting as Kafka tells it, in the words of the API. A sensitive value never gets this far. */
import type { ConfigValue } from '../../kafka-client/admin/describe-configs.ts';
import type { Config } from '../contracts/configs.ts';

export function configContract({
  name,
  value,
  source,
  isDefault,
  isReadOnly,
  isSensitive,
}: ConfigValue): Config {
  return {
    name,
    value: isSensitive ? null : value,
    source: source ?? (isDefault ? 'default' : 'topic'),
    isDefault,
    readOnly: isReadOnly,
    sensitive: isSensitive,
  };
}

/** Kafka tells numbers, lists and booleans in its own spelling. */
function isSameValue(told: string | null, asked: string): boolean {
  if (told === null) return false;
  const [left, right] = [told, asked].map((value) => value.replace(/\s/g, '').toLowerCase());
  return left === right || (left !== '' && right !== '' && Number(left) === Number(right));
}

/**
 * Whether settings that were read are those after the change. `own` is the source of a value that was set on this very
 * resource. What Kafka never tells (a name that it does not list, a secret's value) cannot be waited for.
 */
export function isChanged(
  configs: readonly Config[],
  changes: Readonly<Record<string, string | null>>,
  own: 'topic' | 'dynamicBroker',
): boolean {
  return Object.entries(changes).every(([name, value]) => {
    const config = configs.find((each) => each.name === name);
    if (config === undefined) return true;
    if (value === null) return config.source !== own;
    return config.source === own && (config.sensitive || isSameValue(config.value, value));
  });
}

/** What a change of settings did, for the audit trail: `name: old -> new`, secrets left out. */
export function changesText(
  before: readonly Config[] | null,
  changes: Readonly<Record<string, string | null>>,
): string {
  const known = new Map((before ?? []).map((config) => [config.name, config]));
  const shown = (name: string, value: string | null): string =>
    known.get(name)?.sensitive === true || (before === null || !known.has(name) ? looksSecret(name) : false)
      ? '***'
      : (value ?? 'none');
  return Object.entries(changes)
    .map(([name, value]) => {
      const old = before === null ? 'unknown' : shown(name, known.get(name)?.value ?? null);
      return `${name}: ${old} -> ${value === null ? 'as without it' : shown(name, value)}`;
    })
    .join('; ');
}

/** Where Kafka has not said whether it is sensitive. */
function looksSecret(name: string): boolean {
  return /password|secret|jaas|key/i.test(name);
}
