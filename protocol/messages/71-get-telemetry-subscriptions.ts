/**
 * GetTelemetrySubscriptions: which of its metrics a client should send, and how often (KIP-714).
 *
 * Listing this key makes clients begin to send: a broker without a receiver leaves it out.
 */
import { array, bool, int16, int32, request, response, uuid, type Decoded } from '../schema/notation.ts';

export const getTelemetrySubscriptionsRequest = request(
  71,
  'GetTelemetrySubscriptionsRequest',
  { versions: '0', flexible: '0+' },
  {
    clientInstanceId: uuid('0+'),
  },
);
export type GetTelemetrySubscriptionsRequest = Decoded<typeof getTelemetrySubscriptionsRequest>;

export const getTelemetrySubscriptionsResponse = response(
  71,
  'GetTelemetrySubscriptionsResponse',
  { versions: '0', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    clientInstanceId: uuid('0+'),
    subscriptionId: int32('0+'),
    acceptedCompressionTypes: array('0+', 'int8'),
    pushIntervalMs: int32('0+'),
    telemetryMaxBytes: int32('0+'),
    deltaTemporality: bool('0+'),
    requestedMetrics: array('0+', 'string'),
  },
);
export type GetTelemetrySubscriptionsResponse = Decoded<typeof getTelemetrySubscriptionsResponse>;
