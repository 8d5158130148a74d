/** CreatePartitions 0-3: makes topics larger (KIP-195). 2 is the compact encoding, 3 may be refused for a quota (KIP-599). */
import {
  createPartitionsRequest,
  createPartitionsResponse,
} from '../../protocol/messages/37-create-partitions.ts';
import type { PartitionsToCreate } from '../controller/create-partitions.ts';
import { defineControllerApi } from './api-handler.ts';
import { type Refusal, refusalOf, refusalWith } from './refusal.ts';
import { refusedToClient } from './refused-changes.ts';

const FIRST_VERSION_WITH_STRICT_QUOTA = 3;

function refused(topics: readonly PartitionsToCreate[], refusal: Refusal) {
  return { results: topics.map(({ name }) => ({ name, ...refusal })) };
}

export const createPartitions = defineControllerApi({
  request: createPartitionsRequest,
  response: createPartitionsResponse,
  minVersion: 0,
  maxVersion: 3,
  answeredBy: 'controller',
  failed: ({ topics }, errorCode) => refused(topics, refusalWith(errorCode)),
  async handle({ topics, validateOnly }, context, { controller, quotas, refusedChanges }) {
    const allowance = quotas.mutations(context, context.apiVersion >= FIRST_VERSION_WITH_STRICT_QUOTA);
    try {
      const results = await controller.createPartitions(topics, { validateOnly, allowance });
      const changes = results.map(({ name, errorCode, errorMessage }) => {
        return { what: name, errorCode, reason: errorMessage };
      });
      refusedChanges.ofClients.tell(refusedToClient('CreatePartitions', context, changes));
      return { throttleTimeMs: allowance.throttleMs, results };
    } catch (error) {
      return refused(topics, refusalOf(error));
    }
  },
});
