/**
 * IncrementalAlterConfigs 0-1: sets, deletes, appends to or subtracts from single values of a topic or broker
 * (KIP-339). 1 is the compact encoding.
 */
import {
  incrementalAlterConfigsRequest,
  incrementalAlterConfigsResponse,
} from '../../protocol/messages/44-incremental-alter-configs.ts';
import { defineApi } from './api-handler.ts';
import { refusalOf } from './refusal.ts';

export const incrementalAlterConfigs = defineApi({
  request: incrementalAlterConfigsRequest,
  response: incrementalAlterConfigsResponse,
  minVersion: 0,
  maxVersion: 1,
  async handle(request, _context, { controller }) {
    const resources = request.resources.map(({ resourceType, resourceName, configs }) => ({
      resourceType,
      resourceName,
      changes: configs.map(({ name, value, configOperation }) => ({
        name,
        value,
        operation: configOperation,
      })),
    }));
    try {
      return { responses: await controller.incrementalAlterConfigs(resources, request.validateOnly) };
    } catch (error) {
      const refusal = refusalOf(error);
      return { responses: resources.map((resource) => ({ ...resource, ...refusal })) };
    }
  },
});
