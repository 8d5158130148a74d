/**
 * Sets single settings of topics, or puts them back to their default (KIP-339). Other settings of the topic stay as
 * they are, which the older AlterConfigs could not promise.
 */
import {
  incrementalAlterConfigsRequest,
  incrementalAlterConfigsResponse,
} from '../../protocol/messages/44-incremental-alter-configs.ts';
import { apiCall } from '../api-call.ts';
import { errorNameOf } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';
import type { TopicOutcome } from './at-controller.ts';
import { ConfigResourceType } from './describe-configs.ts';

const api = apiCall(incrementalAlterConfigsRequest, incrementalAlterConfigsResponse);
const SET = 0;
const DELETE = 1;

export interface TopicConfigChange {
  readonly topic: string;
  /** Null goes back to the default. */
  readonly configs: Readonly<Record<string, string | null>>;
}

/** Any broker takes it and passes it on to the controller. */
export async function alterTopicConfigs(
  cluster: KafkaCluster,
  changes: readonly TopicConfigChange[],
): Promise<TopicOutcome[]> {
  const answer = await cluster.call(
    'any',
    api,
    {
      resources: changes.map(({ topic, configs }) => ({
        resourceType: ConfigResourceType.topic,
        resourceName: topic,
        configs: Object.entries(configs).map(([name, value]) => ({
          name,
          configOperation: value === null ? DELETE : SET,
          value,
        })),
      })),
      validateOnly: false,
    },
    { once: true },
  );
  return answer.responses.map(({ resourceName, errorCode, errorMessage }) => ({
    name: resourceName,
    error: errorNameOf(errorCode),
    message: errorMessage,
  }));
}
