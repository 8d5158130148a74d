/**
 * AlterConfigs 0-2: replaces all overrides of a topic, group or broker. Superseded by IncrementalAlterConfigs (KIP-339), and
 * still what kafkajs and older tools send. 2 is the compact encoding.
 */
import {
  type AlterConfigsRequest,
  alterConfigsRequest,
  alterConfigsResponse,
} from '../../protocol/messages/33-alter-configs.ts';
import { defineControllerApi } from './api-handler.ts';
import { type Refusal, refusalOf, refusalWith } from './refusal.ts';

const SET = 0;

function refused({ resources }: AlterConfigsRequest, refusal: Refusal) {
  return {
    responses: resources.map(({ resourceType, resourceName }) => ({
      resourceType,
      resourceName,
      ...refusal,
    })),
  };
}

export const alterConfigs = defineControllerApi({
  request: alterConfigsRequest,
  response: alterConfigsResponse,
  minVersion: 0,
  maxVersion: 2,
  answeredBy: 'controller',
  failed: (request, errorCode) => refused(request, refusalWith(errorCode)),
  async handle(request, _context, { controller }) {
    const resources = request.resources.map(({ resourceType, resourceName, configs }) => ({
      resourceType,
      resourceName,
      changes: configs.map(({ name, value }) => ({ name, value, operation: SET })),
    }));
    try {
      return { responses: await controller.alterConfigs(resources, request.validateOnly) };
    } catch (error) {
      return refused(request, refusalOf(error));
    }
  },
});
