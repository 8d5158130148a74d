import { describe, expect, it } from 'vitest';
import { createLineLogger } from './line-logger.ts';

function logger() {
  const lines: string[] = [];
  const clock = { wallMs: () => new Date(2026, 10, 3, 4, 5, 6, 78).getTime(), monotonicMs: () => 0 };
  return { lines, log: createLineLogger((line) => lines.push(line), clock) };
}

describe('log lines', () => {
  it('have time, level, component and text', () => {
    const { lines, log } = logger();
    log.info('started');
    log.named('Controller id=0').warn('late');
    expect(lines).toEqual([
      '[2026-11-03 04:05:06,078] INFO started\n',
      '[2026-11-03 04:05:06,078] WARN [Controller id=0] late\n',
    ]);
  });

  it('stay one line whatever a client put into them', () => {
    const { lines, log } = logger();
    log.warn('topic a\nb\r\n[x] ERROR \u001b[31mforged');
    expect(lines[0]).toBe('[2026-11-03 04:05:06,078] WARN topic a b [x] ERROR  [31mforged\n');
  });

  it('show a stack for faults of the program only', () => {
    const { lines, log } = logger();
    log.error('cannot write', Object.assign(new Error('disk full'), { code: 'ENOSPC' }));
    log.error('bug', new TypeError('undefined is not a function'));
    expect(lines[0]).toBe('[2026-11-03 04:05:06,078] ERROR cannot write (disk full)\n');
    expect(lines[1]).toContain('line-logger.test.ts');
  });
});
