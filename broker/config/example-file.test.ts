import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isBrokerKey, brokerKeys } from './broker-config.ts';
import { parseProperties } from './properties-file.ts';
import { readBrokerConfig } from './read-broker-config.ts';

const path = new URL('../../conf/server.properties', import.meta.url);
const content = readFileSync(path, 'utf8');

describe('conf/server.properties', () => {
  it('starts without a warning', () => {
    const { config, warnings } = readBrokerConfig({
      properties: parseProperties('server.properties', content),
    });
    expect(warnings).toEqual([]);
    expect(config.metricsListener).toEqual({ host: '127.0.0.1', port: 9997 });
  });

  it('shows true defaults where a line is commented out', () => {
    const shown = [...content.matchAll(/^#([a-z][a-z.]+)=(.*)$/gm)].map(
      (match) => [match[1] ?? '', match[2] ?? ''] as const,
    );
    expect(shown.length).toBeGreaterThan(8);
    for (const [name, value] of shown) {
      expect(isBrokerKey(name), name).toBe(true);
      const hasDefault =
        isBrokerKey(name) && brokerKeys[name].defaultText !== null && brokerKeys[name].defaultText !== '';
      if (hasDefault) expect(value, name).toBe(brokerKeys[name].defaultText);
    }
  });
});

describe('conf/server-N.properties, three hosts', () => {
  const fileOf = (id: number): URL => new URL(`../../conf/server-${String(id)}.properties`, import.meta.url);

  it.each([0, 1, 2])('%d starts without a warning, as broker and controller', (id) => {
    const { config, warnings } = readBrokerConfig({
      properties: parseProperties('server.properties', readFileSync(fileOf(id), 'utf8')),
    });
    expect(warnings).toEqual([]);
    expect(config.nodeId).toBe(id);
    expect(config.listeners.map(({ name }) => name)).toContain('PLAINTEXT');
  });

  it('differ in nothing but the number and the own name', () => {
    const linesOf = (id: number): string[] =>
      readFileSync(fileOf(id), 'utf8')
        .split('\n')
        .filter((line) => !/^(#|node\.id=|advertised\.listeners=)/.test(line));
    expect(linesOf(1)).toEqual(linesOf(0));
    expect(linesOf(2)).toEqual(linesOf(0));
  });
});
