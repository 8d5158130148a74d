/**
 * AlterConfigs 0-2: replaces all overrides of a topic or broker. Superseded by IncrementalAlterConfigs (KIP-339), and
 * still what kafkajs and older tools send. 2 is the compact encoding.
 */
import { alterConfigsRequest, alterConfigsResponse } from '../../protocol/messages/33-alter-configs.ts';
import { defineApi } from './api-handler.ts';
import { refusalOf } from './refusal.ts';

const SET = 0;

export const alterConfigs = defineApi({
  request: alterConfigsRequest,
  response: alterConfigsResponse,
  minVersion: 0,
  maxVersion: 2,
  async handle(request, _context, { controller }) {
    const resources = request.resources.map(({ resourceType, resourceName, configs }) => ({
      resourceType,
      resourceName,
      changes: configs.map(({ name, value }) => ({ name, value, operation: SET })),
    }));
    try {
      return { responses: await controller.alterConfigs(resources, request.validateOnly) };
    } catch (error) {
      const refusal = refusalOf(error);
      return { responses: resources.map((resource) => ({ ...resource, ...refusal })) };
    }
  },
});
