/** Bodies in pieces: within size and time they come whole, else they are dropped at the first byte, or the second, too many. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readBody } from './read-body.ts';

const limits = { bytesMax: 10, withinMs: 30_000 };
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A request whose body the test sends piece by piece. */
function sent(headers: Record<string, string> = {}) {
  const left = vi.fn();
  let pieces: ReadableStreamDefaultController<Uint8Array> | null = null;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => void (pieces = controller),
    cancel: left,
  });
  const request = new Request('http://console.test/', {
    method: 'POST',
    headers,
    body,
    duplex: 'half',
  } as RequestInit);
  return {
    request,
    left,
    send: (text: string) => pieces?.enqueue(Buffer.from(text)),
    end: () => pieces?.close(),
  };
}

test('a body that comes in pieces is put together, up to the last byte that is allowed', async () => {
  const { request, send, end } = sent();
  const reading = readBody(request, limits);
  for (const piece of ['01234', '56789']) send(piece);
  end();
  expect(String(await reading)).toBe('0123456789');
  expect(vi.getTimerCount()).toBe(0);
  expect(await readBody(new Request('http://console.test/'), limits)).toHaveLength(0);
});

test('what is too large is dropped where that shows: before the body, or in it', async () => {
  await expect(readBody(sent({ 'content-length': '11' }).request, limits)).rejects.toMatchObject({
    type: 'too-large',
  });
  const { request, send, left } = sent();
  const reading = readBody(request, limits);
  for (const piece of ['0123456789', 'x']) send(piece);
  await expect(reading).rejects.toMatchObject({ type: 'too-large' });
  expect(left).toHaveBeenCalled();
});

test('a body that drips is given up after its time, however little of it is missing', async () => {
  const { request, send, left } = sent();
  const reading = expect(readBody(request, limits)).rejects.toMatchObject({ type: 'too-slow' });
  for (let second = 0; second < 30; second += 4) {
    if (second < 28) send('x');
    await vi.advanceTimersByTimeAsync(4_000);
  }
  await reading;
  expect(left).toHaveBeenCalled();
});
