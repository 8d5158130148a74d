/** What is typed becomes what is sent; no key is not an empty one. */
import { expect, it } from 'vitest';
import { produceMessageSchema } from '../../console/contracts/messages.ts';
import { compressions, newMessage, producedBy, produceProblem } from './produce-draft.ts';

it('sends null for what is not there, and an empty text for what is empty', () => {
  expect(producedBy(newMessage)).toMatchObject({ key: null, value: '' });
  expect(producedBy({ ...newMessage, hasKey: true, hasValue: false })).toMatchObject({
    key: '',
    value: null,
  });
});

it('leaves the partition to the key unless one is named', () => {
  expect(producedBy(newMessage)).not.toHaveProperty('partition');
  expect(producedBy({ ...newMessage, partition: ' 2 ' }).partition).toBe(2);
});

it('has the time of now unless one is named, in the reader’s own zone', () => {
  expect(producedBy(newMessage)).not.toHaveProperty('timestamp');
  const sent = producedBy({ ...newMessage, timestamp: '2026-11-21T10:02:07', compression: 'zstd' });
  expect(sent).toMatchObject({ timestamp: new Date(2026, 10, 21, 10, 2, 7).getTime(), compression: 'zstd' });
  expect(produceMessageSchema.parse(sent)).toMatchObject(sent);
});

it('offers each compression that the API takes', () => {
  for (const compression of compressions)
    expect(produceMessageSchema.parse(producedBy({ ...newMessage, compression })).compression).toBe(
      compression,
    );
});

it('is what the API takes, headers of one name included', () => {
  const headers = [
    { id: 1, name: 'h', value: 'a' },
    { id: 2, name: 'h', value: '' },
  ];
  const sent = producedBy({ ...newMessage, hasKey: true, key: 'k', headers, partition: '0' });
  expect(produceMessageSchema.parse(sent)).toMatchObject({
    key: 'k',
    partition: 0,
    headers: [
      { key: 'h', value: 'a' },
      { key: 'h', value: '' },
    ],
  });
});

it.each([
  [{}, null],
  [{ partition: '5' }, null],
  [{ partition: '6' }, 'partition'],
  [{ partition: '-1' }, 'partition'],
  [{ partition: 'any' }, 'partition'],
  [{ headers: [{ id: 1, name: '', value: 'x' }] }, 'header'],
  [{ timestamp: '1970-01-02T00:00' }, null],
  [{ timestamp: '1969-06-01T00:00' }, 'timestamp'],
  [{ timestamp: 'soon' }, 'timestamp'],
] as const)('%j has the problem %j', (change, problem) => {
  expect(produceProblem({ ...newMessage, ...change }, 6)).toBe(problem);
});
