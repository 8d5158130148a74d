/** Offsets that do not compare: the part of docs/lag.md's table in which Kafka's tools and monitors tell different numbers. */
import { describe, expect, it } from 'vitest';
import { keepUp, Story } from './testing/story.ts';

describe('offsets that do not compare, and those that do', () => {
  it('committed 40 of 100', () => {
    const story = new Story({ ends: [100], commits: [40] });
    story.round();
    expect(story.row()).toMatchObject({ offsetState: 'live', lag: 60 });
  });

  it('committed 150 of 100, beyond the end', () => {
    const story = new Story({ ends: [100], commits: [150] });
    const verdict = story.round();
    expect(story.row()).toMatchObject({
      offsetState: 'beyond-end',
      lag: -50,
      lagSeconds: null,
      status: 'unknown',
    });
    expect(verdict.reason).toBe(
      'offset 150 of partition 0 of orders lies beyond its end 100: the log was cut, or the commit is wrong',
    );
    expect(verdict.totalLag).toBe(0);
  });

  it('committed 20, the first 50 records deleted', () => {
    const story = new Story({ ends: [100], commits: [20], starts: [50] });
    const verdict = story.round();
    expect(story.row()).toMatchObject({ offsetState: 'before-start', lag: 80, lagSeconds: null });
    expect(verdict).toMatchObject({ status: 'slow' });
    expect(verdict.reason).toBe('30 records of partition 0 of orders were deleted before they were read');
  });

  it('a topic made anew, its commit still told: no phantom lag', () => {
    const story = new Story({ ends: [100], commits: [80] });
    story.round();
    story.topicId = 'second';
    story.ends = [100];
    story.pass(300);
    const verdict = story.round();
    expect(story.row()).toMatchObject({ offsetState: 'recreated', lag: null, lagSeconds: null });
    expect(verdict).toMatchObject({ status: 'unknown', totalLag: null });
    expect(verdict.reason).toBe(
      'partition 0 of orders was deleted and made anew 0 s ago, offset 80 belongs to the old one',
    );
    story.commits = [30];
    expect(story.play(1, () => undefined).totalLag).toBe(70);
    expect(story.row().offsetState).toBe('live');
  });

  it('a topic made anew, its commit gone with it: a row of its own all the same', () => {
    const story = new Story({ ends: [100], commits: [80], assignments: [] });
    story.round();
    story.isThere = false;
    story.pass();
    story.round();
    story.isThere = true;
    story.topicId = 'second';
    story.ends = [100];
    story.commits = [null];
    story.pass();
    const verdict = story.round();
    expect(story.row()).toMatchObject({ offsetState: 'recreated', committedOffset: null, lag: null });
    expect(verdict.reason).toMatch(/nothing has been committed since$/);
    expect(story.play(125, () => undefined).partitions).toEqual([]);
  });

  it('without topic ids an end that went back says the same', () => {
    const story = new Story({ ends: [100], commits: [80], topicId: null });
    story.round();
    story.ends = [90];
    story.pass();
    story.round();
    expect(story.row()).toMatchObject({ offsetState: 'recreated', lag: null });
  });

  it('a topic that is gone is said to be, and does not make the rest unknown', () => {
    const story = new Story({ ends: [100], commits: [100] });
    story.round();
    story.isThere = false;
    story.pass();
    expect(story.round()).toMatchObject({ status: 'unknown', totalLag: null });
    expect(story.row()).toMatchObject({ offsetState: 'no-end', reason: 'there is no topic orders any more' });
  });

  it('an open transaction: what waits is counted, and the transaction is named', () => {
    const story = new Story({ ends: [100], commits: [100] });
    story.play(30, () => undefined);
    story.stables = [100];
    const produce = (): void => {
      story.ends[0] = (story.ends[0] ?? 0) + 20;
    };
    const soon = story.play(1, produce);
    expect(soon).toMatchObject({ status: 'ok', totalLag: 120 });
    expect(soon.reason).toBe(
      'a transaction that has been open for 59 s holds back 120 records of partition 0 of orders, from offset 100 on',
    );
    expect(story.play(5, produce)).toMatchObject({ status: 'stalled' });
    expect(story.last?.reason).toMatch(/^a transaction that has been open for 5 min holds back 720 records/);
    story.stables = [null];
    story.commits = [story.ends[0] ?? 0];
    expect(story.play(1, () => undefined)).toMatchObject({ status: 'ok', totalLag: 0, reason: null });
  });

  it('a group that reads uncommitted records does not wait for a transaction', () => {
    const story = new Story({ ends: [100], commits: [100] });
    story.play(5, () => undefined);
    story.stables = [100];
    expect(story.play(20, keepUp(story, 2))).toMatchObject({ status: 'ok', reason: null });
  });

  it('a stable offset that was read a while ago, with nothing open then, is no transaction', () => {
    const story = new Story({ ends: [100], commits: [100], stables: [100], isHeld: false });
    story.round();
    const verdict = story.play(4, () => (story.ends[0] = (story.ends[0] ?? 0) + 20));
    expect(verdict.reason ?? '').not.toMatch(/transaction/);
  });

  it('the mark at the end of a transaction, which nobody reads, is no backlog', () => {
    const story = new Story({ ends: [100], commits: [100], stables: [90] });
    story.round();
    story.stables = [null];
    story.ends = [111];
    story.commits = [110];
    expect(story.play(60, () => undefined)).toMatchObject({
      status: 'ok',
      lagSeconds: { seconds: 0 },
      totalLag: 1,
    });
  });

  it('a live group that committed nothing', () => {
    const story = new Story({ ends: [100, 3], commits: [null, null], assignments: [[0], [1]] });
    const verdict = story.play(30, () => undefined);
    expect(verdict).toMatchObject({ status: 'unknown', totalLag: null, lagSeconds: null });
    expect(verdict.reason).toBe('nothing has been committed for partition 0 of orders, nor for any other');
  });

  it('a group without partitions', () => {
    const story = new Story({ commits: [null], assignments: [[]] });
    expect(story.round()).toMatchObject({
      status: 'unknown',
      reason: 'the group has no partitions yet: it is Stable',
    });
  });
});
