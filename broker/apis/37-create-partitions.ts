/** CreatePartitions 0-3: makes topics larger (KIP-195). 2 is the compact encoding, 3 adds a quota error. */
import {
  createPartitionsRequest,
  createPartitionsResponse,
} from '../../protocol/messages/37-create-partitions.ts';
import { defineApi } from './api-handler.ts';
import { refusalOf } from './refusal.ts';

export const createPartitions = defineApi({
  request: createPartitionsRequest,
  response: createPartitionsResponse,
  minVersion: 0,
  maxVersion: 3,
  async handle({ topics, validateOnly }, _context, { controller }) {
    try {
      return { results: await controller.createPartitions(topics, validateOnly) };
    } catch (error) {
      const refusal = refusalOf(error);
      return { results: topics.map(({ name }) => ({ name, ...refusal })) };
    }
  },
});
