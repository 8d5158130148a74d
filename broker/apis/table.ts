/**
 * Every API that this broker serves. Requests are routed by this table and ApiVersions answers from it, so what is
 * advertised and what works cannot differ. docs/protocol-support.md is generated from it.
 */
import { metadata } from './03-metadata.ts';
import { apiVersions } from './18-api-versions.ts';
import { initProducerId } from './22-init-producer-id.ts';
import { describeConfigs } from './32-describe-configs.ts';
import { alterConfigs } from './33-alter-configs.ts';
import { incrementalAlterConfigs } from './44-incremental-alter-configs.ts';
import { describeCluster } from './60-describe-cluster.ts';
import type { ApiHandler } from './api-handler.ts';

const handlers: readonly ApiHandler[] = [
  metadata,
  apiVersions(() => apiTable.values()),
  initProducerId,
  describeConfigs,
  alterConfigs,
  incrementalAlterConfigs,
  describeCluster,
];

export const apiTable: ReadonlyMap<number, ApiHandler> = new Map(
  handlers.map((handler) => [handler.request.apiKey, handler]),
);
