/**
 * Sets single settings of topics or brokers, or puts them back to what holds without them (KIP-339). Other settings stay as
 * they are, which the older AlterConfigs could not promise.
 */
import {
  incrementalAlterConfigsRequest,
  incrementalAlterConfigsResponse,
} from '../../protocol/messages/44-incremental-alter-configs.ts';
import { apiCall } from '../api-call.ts';
import { errorNameOf } from '../client-error.ts';
import type { KafkaCluster, Target } from '../cluster.ts';
import type { ConfigResource } from './describe-configs.ts';

const api = apiCall(incrementalAlterConfigsRequest, incrementalAlterConfigsResponse);
const SET = 0;
const DELETE = 1;

export interface ConfigsChange {
  readonly resource: ConfigResource;
  /** Null goes back to what holds without it. */
  readonly configs: Readonly<Record<string, string | null>>;
}

export interface ConfigsOutcome {
  readonly name: string;
  /** Kafka's name of the error, null if it was done. */
  readonly error: string | null;
  readonly message: string | null;
}

/**
 * Any broker takes changes of topics and passes them on to the controller; those of a broker go to itself. `validateOnly` asks
 * whether they would be taken.
 */
export async function alterConfigs(
  cluster: KafkaCluster,
  changes: readonly ConfigsChange[],
  target: Target = 'any',
  { validateOnly = false }: { readonly validateOnly?: boolean } = {},
): Promise<ConfigsOutcome[]> {
  const answer = await cluster.call(
    target,
    api,
    {
      resources: changes.map(({ resource, configs }) => ({
        resourceType: resource.type,
        resourceName: resource.name,
        configs: Object.entries(configs).map(([name, value]) => ({
          name,
          configOperation: value === null ? DELETE : SET,
          value,
        })),
      })),
      validateOnly,
    },
    { once: true },
  );
  return answer.responses.map(({ resourceName, errorCode, errorMessage }) => ({
    name: resourceName,
    error: errorNameOf(errorCode),
    message: errorMessage,
  }));
}
