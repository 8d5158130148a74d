/**
 * The memory of a running Node process after everything that nobody holds was collected, by the inspector that SIGUSR1 opens. The process
 * says in its log where that listens; `--inspect-port=0` among its options makes that a free port.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const openWithinMs = 10_000;
const answerWithinMs = 30_000;

export interface HeapUse {
  readonly heapBytes: number;
  /** Buffers outside the heap. */
  readonly bufferBytes: number;
  readonly residentBytes: number;
}

const memoryUsage = z.object({ heapUsed: z.number(), arrayBuffers: z.number(), rss: z.number() });
const answerSchema = z.object({ id: z.number(), result: z.unknown() });

function addressIn(log: string): string | undefined {
  return [...log.matchAll(/Debugger listening on (ws:\/\/\S+)/g)].at(-1)?.[1];
}

/** Opens the inspector of a process that writes into `logFile`; resolves with its address. */
export async function openInspector(pid: number, logFile: string): Promise<string> {
  const before = addressIn(readFileSync(logFile, 'utf8'));
  process.kill(pid, 'SIGUSR1');
  const deadline = performance.now() + openWithinMs;
  while (performance.now() < deadline) {
    const address = addressIn(readFileSync(logFile, 'utf8'));
    if (address !== undefined && address !== before) return address;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`process ${String(pid)} did not say in ${logFile} where its inspector listens`);
}

export async function heapUse(address: string): Promise<HeapUse> {
  const socket = new WebSocket(address);
  try {
    await once(socket, 'open');
    await ask(socket, 1, 'HeapProfiler.collectGarbage');
    const answer = await ask(socket, 2, 'Runtime.evaluate', {
      expression: 'process.memoryUsage()',
      returnByValue: true,
    });
    const { result } = z.object({ result: z.object({ value: memoryUsage }) }).parse(answer);
    const { heapUsed, arrayBuffers, rss } = result.value;
    return { heapBytes: heapUsed, bufferBytes: arrayBuffers, residentBytes: rss };
  } finally {
    socket.close();
  }
}

function once(socket: WebSocket, event: 'open'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.addEventListener(event, () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error('the inspector does not answer')), {
      once: true,
    });
  });
}

function ask(socket: WebSocket, id: number, method: string, params = {}): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${method} was not answered`)), answerWithinMs);
    const listen = ({ data }: MessageEvent): void => {
      const answer = answerSchema.safeParse(JSON.parse(String(data)));
      if (!answer.success || answer.data.id !== id) return;
      clearTimeout(timer);
      socket.removeEventListener('message', listen);
      resolve(answer.data.result);
    };
    socket.addEventListener('message', listen);
    socket.send(JSON.stringify({ id, method, params }));
  });
}
