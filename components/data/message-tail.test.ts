/** A tail over a played fetch, the border: events as they come, a refusal told once, and nothing after it was closed. */
import { afterEach, expect, it, vi } from 'vitest';
import type { TailEvent } from '../../console/contracts/messages.ts';
import type { ApiProblem } from './api-client.ts';
import { openMessageTail } from './message-tail.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

const event: TailEvent = {
  items: [],
  records: 3,
  left: 0,
  unanswered: [],
  asOf: '2026-01-01T00:00:00.000Z',
};

function opened(answer: (signal: AbortSignal) => Response) {
  const signals: AbortSignal[] = [];
  vi.stubGlobal('fetch', (_url: string, { signal }: { signal: AbortSignal }) => {
    signals.push(signal);
    return Promise.resolve(answer(signal));
  });
  const told: (string | TailEvent | ApiProblem)[] = [];
  const close = openMessageTail('/stream', {
    onOpen: () => told.push('open'),
    onEvent: (each) => told.push(each),
    onLost: () => told.push('lost'),
    onRefused: (problem) => told.push(problem),
  });
  return { told, close, signals };
}

it('tells each event, and that the connection was lost', async () => {
  const body = `retry: 3000\n\nevent: messages\ndata: ${JSON.stringify(event)}\n\nevent: other\ndata: {}\n\n`;
  const { told, close } = opened(() => new Response(body));
  await expect.poll(() => told, { timeout: 30_000 }).toEqual(['open', event, 'lost']);
  close();
});

it('tells why it was refused, and does not try again', async () => {
  const problem = { type: 'invalid', title: 't', status: 422, detail: 'd', errors: { filter: 'f' } };
  const { told, close, signals } = opened(() => new Response(JSON.stringify(problem), { status: 422 }));
  await expect.poll(() => told.length, { timeout: 30_000 }).toBe(1);
  expect(told[0]).toMatchObject({ problem });
  expect(signals.length).toBe(1);
  close();
});

it('ends with whoever closes it, and tells nothing more', async () => {
  let pieces: ReadableStreamDefaultController<Uint8Array> | null = null;
  const { told, close, signals } = opened(
    () => new Response(new ReadableStream<Uint8Array>({ start: (controller) => void (pieces = controller) })),
  );
  await expect.poll(() => told, { timeout: 30_000 }).toEqual(['open']);
  close();
  expect(signals[0]?.aborted).toBe(true);
  const late = `event: messages\ndata: ${JSON.stringify(event)}\n\n`;
  (pieces as ReadableStreamDefaultController<Uint8Array> | null)?.enqueue(new TextEncoder().encode(late));
  await new Promise((resolve) => setImmediate(resolve));
  expect(told).toEqual(['open']);
});
