/** Keys that hold for one listener, or for one mechanism of SASL, alone: how their names are made (KIP-103, KIP-226). */
import { listenerKeys, SASL_MECHANISMS } from './security-keys.ts';

const OF_LISTENER = /^listener\.name\.([A-Za-z0-9_]+)\.(.+)$/;
const OF_MECHANISM = new Set(
  SASL_MECHANISMS.map((mechanism) => `${mechanism.toLowerCase()}.sasl.jaas.config`),
);

/** The key as it is looked up, the listener's name in lower case; null for a key that is none of these. */
export function listenerKeyOf(key: string): string | null {
  if (OF_MECHANISM.has(key)) return key;
  const match = OF_LISTENER.exec(key);
  const [, listener = '', rest = ''] = match ?? [];
  const isKnown = Object.hasOwn(listenerKeys, rest) || OF_MECHANISM.has(rest);
  return match !== null && isKnown ? `listener.name.${listener.toLowerCase()}.${rest}` : null;
}
