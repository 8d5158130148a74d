/** The same values as JSON.parse, the same refusals, and turns for other work in between. */
import { describe, expect, it } from 'vitest';
import { parseJsonInSlices } from './sliced-json.ts';

describe('JSON in slices', () => {
  it.each([
    '[]',
    '{}',
    ' {"a": [1, -2.5e3, 0, 1E-2, true, false, null, "x", {"b": {}}], "c": "" } ',
    '"q\\"u\\\\o\\u00e4\\n"',
    '{"kafka.server:type=\\"x\\"": {"Count": 12345678901}}',
    '7',
  ])('reads %s as JSON.parse does', async (text) => {
    expect(JSON.stringify(await parseJsonInSlices(text))).toBe(JSON.stringify(JSON.parse(text)));
  });

  it.each([
    '',
    '[1,]',
    '{"a":1,}',
    '[1 2]',
    '{"a" 1}',
    '{1:2}',
    '[1}',
    '[',
    '{"a":',
    'nul',
    '[01]',
    '"a',
    '1 2',
    ']',
    '{"a":1}x',
    '{"a":}',
    '[,]',
  ])('refuses %j, as JSON.parse does', async (text) => {
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
    await expect(parseJsonInSlices(text)).rejects.toThrow(SyntaxError);
  });

  it('refuses what is nested deeper than any answer', async () => {
    await expect(parseJsonInSlices('['.repeat(100) + ']'.repeat(100))).rejects.toThrow('nested too deep');
  });

  it('gives a key no meaning', async () => {
    const value = (await parseJsonInSlices('{"__proto__": {"x": 1}}')) as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('lets other work go on while it reads a long answer', async () => {
    const item = '{"kafka.server:name=BytesInPerSec,topic=some-topic,type=BrokerTopicMetrics":{"Count":123}}';
    const text = `[${Array.from({ length: 100_000 }, () => item).join(',')}]`;
    let [turns, isDone] = [0, false];
    const turn = (): void => {
      turns += 1;
      if (!isDone) setImmediate(turn);
    };
    setImmediate(turn);
    expect(await parseJsonInSlices(text)).toHaveLength(100_000);
    isDone = true;
    expect(turns).toBeGreaterThan(3);
  });
});
