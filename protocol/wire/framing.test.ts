import { describe, expect, test } from 'vitest';
import { ApiKey, apiNameOf, firstFlexibleVersion } from '../api-keys.ts';
import { apiVersionsRequest, apiVersionsResponse } from '../messages/18-api-versions.ts';
import { heartbeatRequest, heartbeatResponse } from '../messages/12-heartbeat.ts';
import { decodeMessage, isFlexible } from '../schema/codec.ts';
import { allMessages } from '../messages/all-messages.ts';
import { versionsOf } from '../testing/arbitrary-message.ts';
import {
  decodeRequestHeader,
  encodeRequestFrame,
  encodeResponseFrame,
  readResponseHeader,
} from './framing.ts';
import { ProtocolError } from './protocol-error.ts';
import { Reader } from './reader.ts';

const header = { correlationId: 7, clientId: 'me' };

describe('request frames', () => {
  test('the old header has no tagged fields', () => {
    const frame = Buffer.concat(encodeRequestFrame(heartbeatRequest, 0, header, { groupId: 'g' }));
    expect(frame.toString('hex')).toBe(
      '00000015' + '000c0000' + '00000007' + '00026d65' + '000167' + '00000000' + '0000',
    );
  });

  test('the new one has, and keeps the int16 length of the client id', () => {
    const frame = Buffer.concat(encodeRequestFrame(heartbeatRequest, 4, header, { groupId: 'g' }));
    expect(frame.subarray(4, 17).toString('hex')).toBe('000c0004' + '00000007' + '00026d65' + '00');
    const decoded = decodeRequestHeader(frame.subarray(4));
    expect(decoded).toEqual({
      apiKey: 12,
      apiVersion: 4,
      correlationId: 7,
      clientId: 'me',
      bodyPosition: 13,
    });
    expect(decodeMessage(heartbeatRequest, 4, frame.subarray(4 + decoded.bodyPosition)).groupId).toBe('g');
  });

  test('tagged fields of the header are skipped, too many or too long ones refused', () => {
    const head = '000c0004' + '00000007' + 'ffff';
    expect(decodeRequestHeader(Buffer.from(head + '01' + '0502aabb' + '00', 'hex')).bodyPosition).toBe(15);
    expect(() => decodeRequestHeader(Buffer.from(head + 'ff01' + '00'.repeat(600), 'hex'))).toThrow(
      ProtocolError,
    );
    expect(() => decodeRequestHeader(Buffer.from(head + '01' + '057f00', 'hex'))).toThrow(ProtocolError);
  });

  test('a header is readable for versions and keys that we do not know', () => {
    const newer = decodeRequestHeader(Buffer.from('00120063' + '00000009' + '000161' + '00' + 'ffff', 'hex'));
    expect(newer).toMatchObject({
      apiKey: 18,
      apiVersion: 99,
      correlationId: 9,
      clientId: 'a',
      bodyPosition: 12,
    });
    const foreign = decodeRequestHeader(Buffer.from('03e80000' + '00000009' + 'ffff', 'hex'));
    expect(foreign).toMatchObject({ apiKey: 1000, clientId: null });
  });

  test.each(['', '0012', '0012000400000001', '00120000000000010005aa', '0012000000000001fffe'])(
    '%j is refused',
    (hex) => {
      expect(() => decodeRequestHeader(Buffer.from(hex, 'hex'))).toThrow(ProtocolError);
    },
  );
});

describe('response frames', () => {
  test('the header is flexible with the body', () => {
    const old = Buffer.concat(encodeResponseFrame(heartbeatResponse, 0, 7, { errorCode: 27 }));
    expect(old.toString('hex')).toBe('00000006' + '00000007' + '001b');
    const flexible = Buffer.concat(encodeResponseFrame(heartbeatResponse, 4, 7, { errorCode: 27 }));
    expect(flexible.toString('hex')).toBe('0000000c' + '00000007' + '00' + '00000000' + '001b' + '00');
    const reader = new Reader(flexible, 4);
    expect(readResponseHeader(reader, heartbeatResponse, 4)).toBe(7);
    expect(reader.position).toBe(9);
  });

  test('the answer to ApiVersions has the oldest header in every version', () => {
    for (const version of versionsOf(apiVersionsResponse)) {
      const frame = Buffer.concat(encodeResponseFrame(apiVersionsResponse, version, 7, { errorCode: 35 }));
      expect(frame.subarray(4, 10).toString('hex')).toBe('00000007' + '0023');
    }
    expect(isFlexible(apiVersionsRequest, 3)).toBe(true);
  });
});

test('the table of keys and the schemas agree', () => {
  for (const schema of allMessages.values()) {
    if (schema.kind === 'record') continue;
    expect(`${apiNameOf(schema.apiKey)}${schema.kind === 'request' ? 'Request' : 'Response'}`).toBe(
      schema.name,
    );
    const flexible = versionsOf(schema).filter((version) => version >= firstFlexibleVersion(schema.apiKey));
    expect(versionsOf(schema).filter((version) => isFlexible(schema, version))).toEqual(flexible);
  }
  expect(ApiKey.DescribeCluster).toBe(60);
  expect(apiNameOf(1000)).toBeNull();
});
