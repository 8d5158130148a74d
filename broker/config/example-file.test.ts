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
