import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { Notice } from './notice.ts';
import { renderNotices } from './render-notice.ts';

const consoleUrl = 'http://console.test:8048';
const notice = (changes: Partial<Notice> = {}): Notice => ({
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
  ...{
    type: 'group-lag',
    subject: '',
    status: null,
    reason: null,
    cause: null,
    chart: null,
    incidentId: null,
  },
  ...changes,
});

describe('one notice', () => {
  it('says cluster, group, topic, lag, since when, and where to look', () => {
    const { subject, text } = renderNotices([notice()], consoleUrl);
    expect(subject).toBe('[Aquila P1] billing on orders: lag 12,345 (local, billing is late)');
    expect(text).toBe(
      [
        'Consumer group is behind',
        '',
        'Cluster:   local',
        'Group:     billing',
        'Topic:     orders',
        'Lag:       12,345 records',
        'Threshold: 1,000 records',
        'Highest:   20,000 records',
        'Since:     2026-01-05 10:11:12 UTC',
        'Level:     P1',
        'Rule:      billing is late',
        'Link:      http://console.test:8048/groups/billing',
        '',
      ].join('\n'),
    );
  });

  it('says when it was over', () => {
    const { subject, text } = renderNotices([notice({ kind: 'resolved', value: 3 })], consoleUrl);
    expect(subject).toBe('[Aquila Recovered] billing on orders: lag 3 (local, billing is late)');
    expect(text).toContain('Recovered: 2026-01-05 10:21:12 UTC');
  });

  it('does not make up a lag that is not known', () => {
    expect(renderNotices([notice({ value: null })], consoleUrl).text).toContain('Lag:       not known');
  });
});

it('puts several into a digest, counts all of them and shows a bounded number', () => {
  const many = Array.from({ length: 150 }, (_, index) => notice({ group: `g${String(index)}` }));
  const { subject, text } = renderNotices([...many, notice({ kind: 'resolved' })], consoleUrl);
  expect(subject).toBe('[Aquila] 150 firing, 1 recovered');
  expect(text.match(/^- /gm)).toHaveLength(100);
  expect(text).toContain('and 51 more');
  expect(text).toContain(`${consoleUrl}/alerts`);
});

it('lets no name add a header line, a line of text or a tag', () => {
  const hostile = fc.string({
    unit: fc.constantFrom('\r', '\n', '\u2028', '\u0000', '<', '>', '"', "'", '&', 'a', 'Bcc: x@y'),
  });
  fc.assert(
    fc.property(hostile, hostile, (group, ruleName) => {
      for (const notices of [[notice({ group, ruleName })], [notice({ group }), notice({ ruleName })]]) {
        const { subject, html } = renderNotices(notices, consoleUrl);
        expect(subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        const tags = html.match(/<\/?([a-z0-9!]+)/g) ?? [];
        const plain = renderNotices(
          notices.map((each) => ({ ...each, group: 'g', ruleName: 'r' })),
          consoleUrl,
        ).html;
        expect(tags).toEqual(plain.match(/<\/?([a-z0-9!]+)/g));
      }
    }),
  );
});
