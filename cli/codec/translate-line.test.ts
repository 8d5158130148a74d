import { describe, expect, test } from 'vitest';
import { translateLine } from './translate-line.ts';

const encode = (line: string) => translateLine(line, 'encode', 'hex');
const decode = (line: string) => translateLine(line, 'decode', 'hex');

describe('codec lines', () => {
  const heartbeat =
    '{"type":"request","apiKey":12,"name":"HeartbeatRequest","version":0,"json":{"groupId":"g","generationId":7,"memberId":"m"}}';

  test('encodes and decodes, keeping the other members', () => {
    const encoded = encode(heartbeat);
    expect(JSON.parse(encoded.text)).toMatchObject({ apiKey: 12, version: 0, hex: '0001670000000700016d' });
    const { json, ...rest } = JSON.parse(encoded.text) as Record<string, unknown>;
    expect(json).toEqual({ groupId: 'g', generationId: 7, memberId: 'm' });
    expect(JSON.parse(decode(JSON.stringify(rest)).text)).toMatchObject({ json, hex: rest['hex'] });
  });

  test('keeps every digit of an int64', () => {
    const line =
      '{"type":"record","name":"OffsetCommitValue","version":3,"json":{"offset":9223372036854775807,"leaderEpoch":1,"metadata":"","commitTimestamp":-9223372036854775808}}';
    const { text } = encode(line);
    expect(text).toContain('7fffffffffffffff');
    expect(decode(text).text).toContain('"offset":9223372036854775807');
  });

  test('finds a request by type and key', () => {
    expect(encode('{"type":"request","apiKey":18,"version":0,"json":{}}')).toEqual({
      text: '{"type":"request","apiKey":18,"version":0,"json":{},"hex":""}',
      failed: false,
    });
  });

  test.each([
    ['{', 'JSON'],
    ['[]', 'no JSON object'],
    ['{"name":"NoSuchRequest","version":0,"json":{}}', 'NoSuchRequest'],
    ['{"name":"HeartbeatRequest","version":99,"json":{}}', 'versions 0 to 4'],
    ['{"name":"HeartbeatRequest","version":"1","json":{}}', 'version has to be a number'],
    ['{"name":"HeartbeatRequest","version":1,"json":{"groupId":1}}', 'groupId has to be a string'],
    ['{"name":"HeartbeatRequest","version":1}', 'the message has to be an object'],
  ])('says what is wrong with %s', (line, reason) => {
    const answer = encode(line);
    expect(answer.failed).toBe(true);
    expect((JSON.parse(answer.text) as { error: string }).error).toContain(reason);
  });

  test('refuses bytes that are cut off or follow', () => {
    expect(decode('{"name":"HeartbeatRequest","version":0,"hex":"0001"}').failed).toBe(true);
    expect(decode('{"name":"HeartbeatRequest","version":0,"hex":"0001670000000700016d00"}').text).toContain(
      'follow',
    );
    expect(decode('{"name":"HeartbeatRequest","version":0,"hex":"xx"}').text).toContain('hex digits');
  });
});
