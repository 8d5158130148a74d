/** Events come out whole, wherever the pieces are cut. */
import { expect, it } from 'vitest';
import { EventLines, type ServerEvent } from './event-lines.ts';

const body =
  'retry: 3000\n\nevent: messages\ndata: {"a":1}\n\n: alive\n\ndata: one\ndata: two\n\nevent: x\n\n';
const events: ServerEvent[] = [
  { name: 'messages', data: '{"a":1}' },
  { name: 'message', data: 'one\ntwo' },
];

it.each([1, 2, 3, 7, 1_000])('in pieces of %i', (size) => {
  const lines = new EventLines();
  const found: ServerEvent[] = [];
  for (let at = 0; at < body.length; at += size) found.push(...lines.push(body.slice(at, at + size)));
  expect(found).toEqual(events);
});

it('with the line ends of others, too', () => {
  const lines = new EventLines();
  const found: ServerEvent[] = [];
  for (const character of body.replaceAll('\n', '\r\n')) found.push(...lines.push(character));
  expect(found).toEqual(events);
});
