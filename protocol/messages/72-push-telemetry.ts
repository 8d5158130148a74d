/**
 * PushTelemetry: a client sends its own metrics, in OTLP, as GetTelemetrySubscriptions asked for (KIP-714).
 */
import {
  bool,
  bytes,
  int16,
  int32,
  int8,
  request,
  response,
  uuid,
  type Decoded,
} from '../schema/notation.ts';

export const pushTelemetryRequest = request(
  72,
  'PushTelemetryRequest',
  { versions: '0', flexible: '0+' },
  {
    clientInstanceId: uuid('0+'),
    subscriptionId: int32('0+'),
    terminating: bool('0+'),
    compressionType: int8('0+'),
    metrics: bytes('0+'),
  },
);
export type PushTelemetryRequest = Decoded<typeof pushTelemetryRequest>;

export const pushTelemetryResponse = response(
  72,
  'PushTelemetryResponse',
  { versions: '0', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
  },
);
export type PushTelemetryResponse = Decoded<typeof pushTelemetryResponse>;
