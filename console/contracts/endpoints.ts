/**
 * The table of endpoints: one row each, from which the request checks, the role check and openapi.json come.
 *
 * `path` is below /api/v1, its {parts} percent-encoded. `role` null means open to everybody. `success` is the
 * status of the good answer; `answer` null means it has no body. `form` stream is text/event-stream.
 * Every endpoint that changes something has an `action` for the audit trail. A mutation's role is asked before its body is read, so that nobody learns from a 422 what a 403 hides.
 */
import { z } from 'zod';
import { accountEndpoints } from './account-endpoints.ts';
import { alertEndpoints } from './alert-endpoints.ts';
import { clusterEndpoints } from './cluster-endpoints.ts';
import { get, type Endpoint } from './endpoint.ts';
import { healthSchema } from './health.ts';

export const endpoints = {
  health: get({
    path: '/health',
    role: null,
    summary: 'Whether pages are served, whatever the state of Kafka',
    answer: healthSchema,
  }),
  openapi: get({ path: '/openapi.json', role: null, summary: 'This description', answer: z.looseObject({}) }),
  ...clusterEndpoints,
  ...alertEndpoints,
  ...accountEndpoints,
} as const satisfies Record<string, Endpoint>;

export type EndpointName = keyof typeof endpoints;
