/**
 * CreateTopics 0-7. 1 adds validation only, 4 the broker's defaults for counts of -1 (KIP-464), 5 the resulting
 * configs in the answer (KIP-525), 6 may be refused for a quota (KIP-599), 7 topic ids (KIP-516).
 */
import { createTopicsRequest, createTopicsResponse } from '../../protocol/messages/19-create-topics.ts';
import { CONFIG_SOURCE_CODES, describeTopic } from '../config/describe-config.ts';
import type { CreatableTopic, CreatedTopic } from '../controller/create-topics.ts';
import { UNLIMITED } from '../quotas/mutation-quota.ts';
import { defineControllerApi } from './api-handler.ts';
import type { ControllerServices } from './broker-services.ts';
import { type Refusal, refusalOf, refusalWith } from './refusal.ts';

const FIRST_VERSION_WITH_CONFIGS = 5;
const FIRST_VERSION_WITH_STRICT_QUOTA = 6;

function configsOf({ configs }: CreatedTopic, { config }: ControllerServices) {
  return describeTopic(config, configs).map(({ name, value, readOnly, source, isSensitive }) => ({
    ...{ name, value, readOnly, isSensitive },
    configSource: CONFIG_SOURCE_CODES[source],
  }));
}

function refused(topics: readonly CreatableTopic[], refusal: Refusal) {
  return { topics: topics.map(({ name }) => ({ name, ...refusal, configs: [] })) };
}

export const createTopics = defineControllerApi({
  request: createTopicsRequest,
  response: createTopicsResponse,
  minVersion: 0,
  maxVersion: 7,
  answeredBy: 'controller',
  failed: ({ topics }, errorCode) => refused(topics, refusalWith(errorCode)),
  async handle({ topics, validateOnly }, context, services) {
    const { apiVersion } = context;
    const allowInternal = context.fromNode === true;
    const allowance = allowInternal
      ? UNLIMITED
      : services.quotas.mutations(context, apiVersion >= FIRST_VERSION_WITH_STRICT_QUOTA);
    try {
      const options = { validateOnly, allowInternal, allowance };
      const created = await services.controller.createTopics(topics, options);
      const withConfigs = apiVersion >= FIRST_VERSION_WITH_CONFIGS;
      return {
        throttleTimeMs: allowance.throttleMs,
        topics: created.map((topic) => ({
          ...topic,
          configs: withConfigs && topic.errorCode === 0 ? configsOf(topic, services) : [],
        })),
      };
    } catch (error) {
      return refused(topics, refusalOf(error));
    }
  },
});
