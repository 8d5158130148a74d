import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { renderNotices } from './render-notice.ts';
import { chartOf, consoleUrl, hostileNames, noticeOf as notice } from './testing/notices.ts';

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

  it('leads to its incident where it knows it', () => {
    const { text, html } = renderNotices([notice({ incidentId: 'a b' })], consoleUrl);
    expect(text).toContain(`\nIncident:  ${consoleUrl}/alerts?incident=a+b\n`);
    expect(html).toContain(`href="${consoleUrl}/alerts?incident=a+b"`);
    expect(html).toContain(`href="${consoleUrl}/groups/billing"`);
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

it.each([
  [{ unit: 'seconds', value: 4_000, threshold: 600 }, 'g: lag 1 h 6 min', 'Threshold: 10 min'],
  [{ type: 'group-status', status: 'stalled', threshold: null }, 'g: stalled', 'Status:  stalled'],
  [
    { type: 'broker-down', subject: 'broker 2', group: null, value: null, threshold: null },
    'broker 2: broker is down',
    'Subject: broker 2',
  ],
  [
    {
      type: 'disk-use',
      subject: 'broker 1 /data',
      group: null,
      value: 91.27,
      unit: 'percent',
      threshold: 90,
    },
    'broker 1 /data: disk is filling up, 91.3 %',
    'Disk use:  91.3 %',
  ],
  [
    { type: 'topic-capacity', subject: 'orders', group: null, value: 3_221_225_472, unit: 'bytes' },
    'orders: topic is larger than it should be, 3 GiB',
    'Size:      3 GiB',
  ],
  [
    { type: 'offline-partitions', subject: 'orders', value: 1, threshold: 0, unit: 'partitions' },
    'orders: partitions are offline, 1 partition (',
    'Threshold: 0 partitions',
  ],
  [
    { type: 'from-the-future', subject: 'it', unit: 'things', value: 3 },
    'it: alert, 3 things',
    'Value:     3 things',
  ],
])('says of %j what it is', (changes, inSubject, inText) => {
  const { subject, text } = renderNotices(
    [notice({ group: 'g', topic: null, peakValue: null, ...changes })],
    consoleUrl,
  );
  expect(subject).toContain(inSubject);
  expect(text).toContain(inText);
});

it('says why, and what several alerts have in common', () => {
  const cause = { text: 'broker 2 is down', count: 17 };
  const { text } = renderNotices([notice({ reason: 'partition 3 stands still', cause })], consoleUrl);
  expect(text).toContain('Why:       partition 3 stands still');
  expect(text).toContain('Cause:     broker 2 is down (17 alerts)');
});

describe('a picture', () => {
  it('is shown by its Content-ID, and said in words for who does not see it', () => {
    const { html, pictures } = renderNotices([notice({ chart: chartOf() })], consoleUrl);
    expect(pictures).toMatchObject([{ cid: 'chart1@aquila', threshold: 1_000 }]);
    expect(html).toMatch(
      /<img src="cid:chart1@aquila" [^>]*alt="Lag of billing on orders from [\d,.]+ records at/,
    );
    expect(html).toContain('the dashed line is the threshold, 1,000 records');
  });

  it('is left out when nothing was measured', () => {
    const chart = { unit: 'records', points: [[1, null] as [number, null]] };
    expect(renderNotices([notice({ chart })], consoleUrl).pictures).toEqual([]);
  });

  it('has no threshold of another unit', () => {
    const { pictures } = renderNotices([notice({ chart: chartOf(), unit: 'seconds' })], consoleUrl);
    expect(pictures).toMatchObject([{ threshold: null }]);
  });

  it('is there for the first few of a digest', () => {
    const many = Array.from({ length: 9 }, () => notice({ chart: chartOf() }));
    const { html, pictures } = renderNotices([notice(), ...many], consoleUrl);
    expect(pictures.map(({ cid }) => cid)).toEqual(
      [1, 2, 3, 4].map((index) => `chart${String(index)}@aquila`),
    );
    for (const { cid } of pictures) expect(html.split(`cid:${cid}"`)).toHaveLength(2);
  });
});

it('lets no name add a header line, a line of text or a tag', () => {
  const unit = fc.constantFrom('\r', '\n', '\u2028', '\u0000', '<', '>', '"', "'", '&', 'a', 'Bcc: x@y');
  const hostile = fc.oneof(fc.string({ unit }), fc.constantFrom(...hostileNames));
  const tagsOf = (html: string) => html.match(/<\/?([a-z0-9!]+)/g) ?? [];
  fc.assert(
    fc.property(hostile, hostile, hostile, (group, ruleName, reason) => {
      const bad = { group, ruleName, reason, subject: group, cause: { text: reason, count: 2 } };
      const good = { group: 'g', ruleName: 'r', reason: 'x', subject: 'g', cause: { text: 'x', count: 2 } };
      const chart = chartOf();
      for (const count of [1, 2]) {
        const of = (changes: object) =>
          renderNotices(
            Array.from({ length: count }, () => notice({ ...changes, chart })),
            consoleUrl,
          );
        const { subject, html, text } = of(bad);
        expect(subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        expect(tagsOf(html)).toEqual(tagsOf(of(good).html));
        expect(text.split('\n')).toHaveLength(of(good).text.split('\n').length);
      }
    }),
  );
});
