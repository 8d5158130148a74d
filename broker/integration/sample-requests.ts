/**
 * Test support: for every API and version that is served, a well-formed request in which each field holds something
 * and each array one element, made from the schema, so that no API can be forgotten.
 */
import type { ApiHandler } from '../apis/api-handler.ts';
import { clientApis } from '../apis/table.ts';
import type { Encodable, Field, Fields, MessageSchema, ScalarType } from '../../protocol/schema/notation.ts';
import { requestBytes } from './raw-client.ts';

const SCALARS: Readonly<Record<ScalarType, unknown>> = {
  ...{ bool: false, int8: 1, int16: 1, uint16: 1, int32: 1, int64: 1n, float64: 1 },
  ...{
    string: 'sample',
    uuid: 'AAAAAAAAAAAAAAAAAAAAAQ',
    bytes: Buffer.from('bytes'),
    records: Buffer.from('records'),
  },
};

function sampleField(field: Field): unknown {
  if (field.type === 'struct') return sampleFields(field.fields ?? {});
  if (field.type !== 'array') return SCALARS[field.type];
  return [field.element === null ? sampleFields(field.fields ?? {}) : SCALARS[field.element]];
}

/** Every field with something in it. */
export function sampleBody({ fields }: MessageSchema): Encodable<MessageSchema> {
  return sampleFields(fields);
}

function sampleFields(fields: Fields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, sampleField(field)]));
}

export interface SampleRequest {
  readonly handler: ApiHandler;
  readonly version: number;
  /** Header and body, without the length in front. */
  readonly bytes: Buffer;
}

export function* sampleRequests(): Iterable<SampleRequest> {
  for (const handler of clientApis.values()) {
    for (let version = handler.minVersion; version <= handler.maxVersion; version += 1) {
      const body = sampleBody(handler.request);
      yield { handler, version, bytes: requestBytes(handler.request, version, body) };
    }
  }
}
