/** Reading with a memory gives what reading at once gives, whatever changed since, and the same objects for what did not. */
import { expect, it } from 'vitest';
import { offsetFetchResponse, type OffsetFetchResponse } from '../messages/09-offset-fetch.ts';
import { decodeMessage, decodeMessageInParts, encodeMessage, ProtocolError } from './codec.ts';
import { ElementMemory } from './element-memory.ts';

type Group = OffsetFetchResponse['groups'][number];

const encoded = (groups: readonly (readonly [id: string, offset: bigint])[], version = 8): Buffer =>
  encodeMessage(offsetFetchResponse, version, {
    groups: groups.map(([groupId, committedOffset]) => ({
      groupId,
      topics: [{ name: 'orders', partitions: [{ partitionIndex: 0, committedOffset, metadata: '' }] }],
    })),
  });

let made = 0;
function newMemory(): ElementMemory<Group, Group> {
  made = 0;
  return new ElementMemory<Group, Group>('groups', (group) => {
    made++;
    return group;
  });
}

function read(memory: ElementMemory<Group, Group>, bytes: Buffer, version = 8): readonly Group[] {
  const parts = decodeMessageInParts(offsetFetchResponse, version, bytes, memory);
  let part = parts.next();
  while (part.done !== true) part = parts.next();
  expect(part.value.groups).toEqual([]);
  expect(memory.made).toEqual(decodeMessage(offsetFetchResponse, version, bytes).groups);
  return memory.made;
}

const five = ['a', 'b', 'c', 'd', 'e'].map((id, index) => [id, BigInt(index)] as const);

it('makes nothing anew of the same bytes, and gives the same list', () => {
  const memory = newMemory();
  const first = read(memory, encoded(five));
  expect(made).toBe(5);
  expect(read(memory, encoded(five))).toBe(first);
  expect(made).toBe(5);
});

it.each([
  ['changed', five.with(2, ['c', 77n]), 1],
  ['changed in length', five.with(2, ['another name', 2n]), 1],
  ['gone', five.toSpliced(1, 1), 0],
  ['new in between', five.toSpliced(3, 0, ['new', 9n]), 1],
  ['new in front', five.toSpliced(0, 0, ['new', 9n]), 1],
  ['new at the end', [...five, ['new', 9n] as const], 1],
  ['gone as a whole', [], 0],
])('makes only what is not there yet: one %s', (_what, then, expected) => {
  const memory = newMemory();
  const before = new Set(read(memory, encoded(five)));
  made = 0;
  const after = read(memory, encoded(then));
  expect(made).toBe(expected);
  expect(after.filter((group) => before.has(group))).toHaveLength(then.length - expected);
});

it('does not take the bytes of one version for those of another', () => {
  const memory = newMemory();
  read(memory, encoded(five, 8), 8);
  read(memory, encoded(five, 9), 9);
  expect(made).toBe(10);
});

it('is as before after a damaged message', () => {
  const memory = newMemory();
  const before = read(memory, encoded(five));
  const bytes = encoded(five.with(1, ['b', 50n]));
  expect(() => read(memory, bytes.subarray(0, bytes.length - 5))).toThrow(ProtocolError);
  expect(memory.made).toBe(before);
  expect(read(memory, encoded(five))).toBe(before);
});

it('holds for any two messages', () => {
  const memory = newMemory();
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed % below;
  };
  for (let turn = 0; turn < 300; turn++) {
    const groups = Array.from(
      { length: random(12) },
      () => [`g${String(random(6))}`, BigInt(random(3))] as const,
    );
    read(memory, encoded(groups));
  }
});
