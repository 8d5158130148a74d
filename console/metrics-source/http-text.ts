/**
 * The text that a metrics port answers with, as it comes in: whoever reads it works on each piece, so that neither a page of
 * tens of megabytes nor a wrong address that never stops fills the memory or holds up the process. Failures become a
 * MetricsReadError that says which of them it was.
 */
import { MetricsReadError, NotThisSourceError } from './broker-reading.ts';

/** Longest answer that is read. */
export const METRICS_BYTES_MAX = 64 * 1024 * 1024;
const MEBIBYTE = 1024 * 1024;

/** GET or POST; pieces of the body, decoded. An error status rejects before the first piece. */
export async function* textOf(
  url: string,
  init: RequestInit,
  signal: AbortSignal,
): AsyncGenerator<string, void> {
  const response = await fetch(url, { ...init, signal, redirect: 'error' }).catch((error: unknown) => {
    throw readErrorOf(url, error);
  });
  if (!response.ok) {
    await response.body?.cancel().catch(() => undefined);
    throw new NotThisSourceError('http-status', `${url} answered with status ${String(response.status)}`);
  }
  if (response.body === null) return;
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.byteLength;
      if (length > METRICS_BYTES_MAX) throw tooLarge(url);
      yield decoder.decode(value, { stream: true });
    }
    const rest = decoder.decode();
    if (rest !== '') yield rest;
  } catch (error) {
    throw readErrorOf(url, error);
  } finally {
    // Also when whoever reads has had enough: the port must not go on sending.
    await reader.cancel().catch(() => undefined);
  }
}

function tooLarge(url: string): MetricsReadError {
  return new MetricsReadError(
    'too-large',
    `${url} answers with more than ${String(METRICS_BYTES_MAX / MEBIBYTE)} MiB: give jmx_exporter rules that leave out what nobody reads`,
  );
}

/** Of a fetch that failed: nobody listens, no answer in time, or the connection broke. */
function readErrorOf(url: string, error: unknown): MetricsReadError {
  if (error instanceof MetricsReadError) return error;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const name = error instanceof Error ? error.name : '';
  if (name === 'TimeoutError' || name === 'AbortError') {
    return new MetricsReadError('no-answer', `${url} did not answer in time`, { cause: error });
  }
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ECONNREFUSED') {
    return new MetricsReadError('refused', `nobody listens at ${new URL(url).host} (connection refused)`, {
      cause: error,
    });
  }
  const words = (cause instanceof Error ? cause.message : String(cause)).replace(/\s+/g, ' ').slice(0, 200);
  return new MetricsReadError('no-answer', `${url}: ${words === '' ? code : words}`, { cause: error });
}
