import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { recordCluster, recordedCluster } from './cluster-record.ts';

let data = '';
beforeEach(() => {
  data = mkdtempSync(path.join(tmpdir(), 'aquila-cluster-record-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

it('is read as it was written', () => {
  expect(recordedCluster(data)).toBeNull();
  recordCluster(data, { voters: [0, 1, 2], brokers: 4 });
  expect(recordedCluster(data)).toEqual({ voters: [0, 1, 2], brokers: 4 });
});

it('is one broker, voting alone, where a directory has a broker and no record', () => {
  mkdirSync(path.join(data, 'broker-0', 'log'), { recursive: true });
  expect(recordedCluster(data)).toBeNull();
  writeFileSync(path.join(data, 'broker-0', 'log', 'meta.properties'), 'version=1\n');
  expect(recordedCluster(data)).toEqual({ voters: [0], brokers: 1 });
});

it.each([
  '',
  '[]',
  '{"voters":[],"brokers":3}',
  '{"voters":[1,2,3],"brokers":3}',
  '{"voters":[0,1,2],"brokers":1}',
])('is refused when it is %j: voters must not be guessed', (text) => {
  writeFileSync(path.join(data, 'cluster.json'), text);
  expect(() => recordedCluster(data)).toThrow(/--data .*cluster\.json/);
});
