/**
 * IncrementalAlterConfigs 0-1: sets, deletes, appends to or subtracts from single values of a topic, group or
 * broker (KIP-339). 1 is the compact encoding.
 */
import {
  type IncrementalAlterConfigsRequest,
  incrementalAlterConfigsRequest,
  incrementalAlterConfigsResponse,
} from '../../protocol/messages/44-incremental-alter-configs.ts';
import { defineControllerApi } from './api-handler.ts';
import { type Refusal, refusalOf, refusalWith } from './refusal.ts';

function refused({ resources }: IncrementalAlterConfigsRequest, refusal: Refusal) {
  return {
    responses: resources.map(({ resourceType, resourceName }) => ({
      resourceType,
      resourceName,
      ...refusal,
    })),
  };
}

export const incrementalAlterConfigs = defineControllerApi({
  request: incrementalAlterConfigsRequest,
  response: incrementalAlterConfigsResponse,
  minVersion: 0,
  maxVersion: 1,
  answeredBy: 'controller',
  failed: (request, errorCode) => refused(request, refusalWith(errorCode)),
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
      return refused(request, refusalOf(error));
    }
  },
});
