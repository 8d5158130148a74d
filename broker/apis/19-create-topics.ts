/**
 * CreateTopics 0-7. 1 adds validation only, 4 the broker's defaults for counts of -1 (KIP-464), 5 the resulting
 * configs in the answer (KIP-525), 7 topic ids (KIP-516).
 */
import { createTopicsRequest, createTopicsResponse } from '../../protocol/messages/19-create-topics.ts';
import { CONFIG_SOURCE_CODES, describeTopic } from '../config/describe-config.ts';
import type { CreatedTopic } from '../controller/create-topics.ts';
import { defineApi } from './api-handler.ts';
import type { BrokerServices } from './broker-services.ts';
import { refusalOf } from './refusal.ts';

const FIRST_VERSION_WITH_CONFIGS = 5;

function configsOf({ configs }: CreatedTopic, { config }: BrokerServices) {
  return describeTopic(config, configs).map(({ name, value, readOnly, source, isSensitive }) => ({
    ...{ name, value, readOnly, isSensitive },
    configSource: CONFIG_SOURCE_CODES[source],
  }));
}

export const createTopics = defineApi({
  request: createTopicsRequest,
  response: createTopicsResponse,
  minVersion: 0,
  maxVersion: 7,
  async handle({ topics, validateOnly }, { apiVersion }, services) {
    try {
      const created = await services.controller.createTopics(topics, { validateOnly });
      const withConfigs = apiVersion >= FIRST_VERSION_WITH_CONFIGS;
      return {
        topics: created.map((topic) => ({
          ...topic,
          configs: withConfigs && topic.errorCode === 0 ? configsOf(topic, services) : [],
        })),
      };
    } catch (error) {
      const refusal = refusalOf(error);
      return { topics: topics.map(({ name }) => ({ name, ...refusal, configs: [] })) };
    }
  },
});
