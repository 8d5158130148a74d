/**
 * Log lines as Kafka writes them: `[2026-11-21 03:07:34,123] INFO [GroupCoordinator id=0] text`. Local time, one line
 * an event. An error's stack goes below its line only when the error is a fault of the program: operational errors
 * (they carry a `code`) are told by their message.
 */
import type { Clock } from '../platform.ts';
import type { Logger } from '../logger.ts';

type Level = 'INFO' | 'WARN' | 'ERROR';

function timestamp(wallMs: number): string {
  const date = new Date(wallMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${String(date.getFullYear())}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${day} ${time},${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** Line breaks and other control characters would let a client write log lines of its own. */
function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what this takes out
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
}

function causeText(cause: unknown): string {
  if (cause === undefined) return '';
  if (!(cause instanceof Error))
    return ` (${oneLine(typeof cause === 'string' ? cause : JSON.stringify(cause))})`;
  if ('code' in cause) return ` (${oneLine(cause.message)})`;
  return ` (${oneLine(cause.message)})\n${cause.stack ?? ''}`;
}

/** `write` gets whole lines with their line break. */
export function createLineLogger(write: (line: string) => void, clock: Clock, component = ''): Logger {
  const prefix = component === '' ? '' : `[${component}] `;
  const line = (level: Level, message: string, cause?: unknown): void => {
    write(`[${timestamp(clock.wallMs())}] ${level} ${prefix}${oneLine(message)}${causeText(cause)}\n`);
  };
  return {
    info: (message) => line('INFO', message),
    warn: (message) => line('WARN', message),
    error: (message, cause) => line('ERROR', message, cause),
    named: (name) => createLineLogger(write, clock, name),
  };
}
