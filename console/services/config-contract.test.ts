import { expect, test } from 'vitest';
import { isChanged } from './config-contract.ts';

const told = (value: string | null, source = 'topic', sensitive = false) => [
  { name: 'key', value, source, isDefault: source === 'default', readOnly: false, sensitive },
];

test.each([
  ['60000', '60000'],
  ['60000', ' 60000'],
  ['0.50', '.5'],
  ['true', 'TRUE'],
  ['compact,delete', 'compact, delete'],
  ['', ''],
])('%j is how Kafka tells %j', (value, asked) => {
  expect(isChanged(told(value), { key: asked }, 'topic')).toBe(true);
});

test.each([
  ['50000', '60000'],
  ['0', ''],
  ['', '0'],
  [null, '60000'],
])('%j is not yet %j', (value, asked) => {
  expect(isChanged(told(value), { key: asked }, 'topic')).toBe(false);
});

test('a value counts where it was set: the same one from elsewhere is the old state', () => {
  expect(isChanged(told('1', 'default'), { key: '1' }, 'topic')).toBe(false);
  expect(isChanged(told('1', 'dynamicBroker'), { key: '1' }, 'dynamicBroker')).toBe(true);
});

test('a setting that went back is one that comes from elsewhere', () => {
  expect(isChanged(told('1'), { key: null }, 'topic')).toBe(false);
  expect(isChanged(told('1', 'default'), { key: null }, 'topic')).toBe(true);
});

test('what Kafka does not tell is not waited for', () => {
  expect(isChanged(told(null, 'dynamicBroker', true), { key: 'secret' }, 'dynamicBroker')).toBe(true);
  expect(isChanged(told('1'), { other: '1' }, 'topic')).toBe(true);
});
