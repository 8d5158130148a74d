/** Test support: notices as a rule would make them. */
import { noticeSchema, type Notice, type NoticeChart } from '../notice.ts';

export const consoleUrl = 'http://console.test:8048';

/** A group that is behind; what matters to a test is given as a change. */
export function noticeOf(changes: Partial<Notice> = {}): Notice {
  return {
    ...noticeSchema.parse({
      kind: 'firing',
      ruleName: 'billing is late',
      level: 'P1',
      cluster: 'local',
      group: 'billing',
      topic: 'orders',
      value: 12_345,
      peakValue: 20_000,
      threshold: 1_000,
      unit: 'records',
      startedAtMs: Date.UTC(2026, 0, 5, 10, 11, 12),
      atMs: Date.UTC(2026, 0, 5, 10, 21, 12),
      link: `${consoleUrl}/groups/billing`,
    }),
    ...changes,
  };
}

/** Half an hour of lag that grows in waves, with four minutes in which nothing was measured. */
export function chartOf(endMs = Date.UTC(2026, 0, 5, 10, 21)): NoticeChart {
  const points = Array.from({ length: 180 }, (_, index): [number, number | null] => {
    const isGap = index > 70 && index < 95;
    const lag = 300 + Math.max(0, index - 40) ** 1.6 * 4 + Math.sin(index / 6) * 250;
    return [endMs - (179 - index) * 10_000, isGap ? null : Math.max(0, Math.round(lag))];
  });
  return { points, unit: 'records' };
}

/** Names that try to be markup somewhere. */
export const hostileNames = [
  '@all',
  '@everyone',
  '@channel',
  '<!channel>',
  '<!here|here>',
  '<@U024BE7LH>',
  '<at id=all></at>',
  '<at user_id="all">all</at>',
  '@13800138000',
  '[click](http://evil.example)',
  '![x](http://evil.example/x.png)',
  '**bold** _it_ ~~no~~ `code`',
  '# head\n> quote\n- item',
  '<font color="warning">red</font>',
  '<http://evil.example|console>',
  '</td></table><script>alert(1)</script>',
  '&lt;!channel&gt;',
  '\u001b[31mred\u001b[0m',
  'a\r\nBcc: x@evil.example',
  'a\u2028b\u0000c',
  '\u202Egnp.exe',
  '\\',
  ':rotating_light:',
] as const;
