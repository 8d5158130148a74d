/** Which APIs and versions a broker serves, as learned when its connection was opened; costs no request of its own. */
import { apiNameOf } from '../../protocol/api-keys.ts';
import type { KafkaCluster, Target } from '../cluster.ts';

export interface ServedApi {
  readonly apiKey: number;
  /** Kafka's name; null for a key newer than this program. */
  readonly name: string | null;
  readonly minVersion: number;
  readonly maxVersion: number;
}

export async function servedApis(cluster: KafkaCluster, target: Target): Promise<ServedApi[]> {
  const versions = await cluster.versionsOf(target);
  return Array.from(versions, ([apiKey, range]) => ({ apiKey, name: apiNameOf(apiKey), ...range })).sort(
    (left, right) => left.apiKey - right.apiKey,
  );
}
