/** Groups that commit rarely: part of the table of docs/lag.md. Nobody is called stalled for a rhythm that is its own. */
import { describe, expect, it } from 'vitest';
import { keepUp, Story } from './testing/story.ts';

describe('a rhythm of its own', () => {
  it('who commits once an hour is never called stalled: unknown until one such pause was seen, then well', () => {
    const story = new Story();
    const statuses = new Map<string, string>();
    story.play(8 * 60, (second) => {
      story.ends[0] = second * 10;
      if (second % 3_600 === 0) story.commits[0] = second * 10;
      if (story.last !== null) statuses.set(story.last.status, `hour ${String(Math.floor(second / 3_600))}`);
    });
    expect([...statuses]).toEqual([
      ['unknown', 'hour 2'],
      ['ok', 'hour 8'],
    ]);
  });

  it('... and says meanwhile what is not known of it', () => {
    const story = new Story();
    story.play(70, (second) => {
      story.ends[0] = second * 10;
      if (second === 3_000) story.commits[0] = second * 10;
    });
    expect(story.last).toMatchObject({
      status: 'unknown',
      reason:
        'partition 0 of orders has not committed for 19 min while 12,000 records arrived, and how often it commits is not known yet',
    });
  });

  it('who never commits while it is watched is stalled after an hour and a half, and at once when no hour explains what waits', () => {
    const produce = (story: Story) => () => {
      story.ends[0] = (story.ends[0] ?? 0) + 1_000;
    };
    const newcomer = new Story({ ends: [1_000], commits: [0] });
    expect(newcomer.play(89, produce(newcomer)).status).toBe('unknown');
    expect(newcomer.play(2, produce(newcomer)).status).toBe('stalled');
    const old = new Story({ ends: [600_000], commits: [0] });
    expect(old.play(9, produce(old)).status).toBe('unknown');
    expect(old.play(2, produce(old)).status).toBe('stalled');
  });

  it('a single pause of a group that commits often is no rhythm', () => {
    const story = new Story();
    const produce = (): void => {
      story.ends[0] = (story.ends[0] ?? 0) + 1_000;
    };
    story.play(5, keepUp(story, 100));
    story.play(20, produce);
    story.play(5, keepUp(story, 100));
    expect(story.play(9, produce).status).toBe('ok');
    expect(story.play(2, produce).status).toBe('stalled');
  });

  it('... and is stalled, not ten hours later, when the hour passes by half', () => {
    const story = new Story();
    const hourly = (second: number): void => {
      story.ends[0] = second * 10;
      if (second % 3_600 === 0) story.commits[0] = second * 10;
    };
    story.play(6 * 60, hourly);
    const from = story.second;
    expect(story.play(85, () => (story.ends[0] = story.second * 10)).status).toBe('ok');
    expect(story.play(10, () => (story.ends[0] = story.second * 10)).status).toBe('stalled');
    expect((story.second - from) / 60).toBe(95);
  });

  it('who commits each five minutes and keeps up is never slow, whatever the hour', () => {
    const story = new Story();
    const statuses = new Set<string>();
    story.play(240, (second) => {
      story.ends[0] = second * 1_000;
      if (second % 300 === 0) story.commits[0] = second * 1_000;
      if (second > 600 && story.last !== null) statuses.add(story.last.status);
    });
    expect([...statuses]).toEqual(['ok']);
  });

  it('... and who falls behind by a tenth is', () => {
    const story = new Story();
    const verdict = story.play(60, (second) => {
      story.ends[0] = second * 1_000;
      if (second % 300 === 0) story.commits[0] = second * 900;
    });
    expect(verdict.status).toBe('slow');
  });

  it('a rhythm of hours that was an incident is forgotten: the next stall is seen after the window', () => {
    const story = new Story();
    for (let incident = 0; incident < 2; incident++) {
      story.play(10, keepUp(story, 10));
      story.play(120, () => (story.ends[0] = (story.ends[0] ?? 0) + 100));
    }
    story.play(8 * 60, keepUp(story, 10));
    expect(story.play(11, () => (story.ends[0] = (story.ends[0] ?? 0) + 100)).status).toBe('stalled');
  });

  it('a job of each hour is not stopped between its runs', () => {
    const story = new Story();
    const statuses = new Set<string>();
    story.play(8 * 60, (second) => {
      story.ends[0] = second * 10;
      const isRunning = second % 3_600 < 120;
      story.assignments = isRunning ? [[0]] : [];
      story.state = isRunning ? 'Stable' : 'Empty';
      if (isRunning) story.commits[0] = story.ends[0];
      if (second > 4 * 3_600 && story.last !== null) statuses.add(story.last.status);
    });
    expect([...statuses]).toEqual(['ok']);
  });
});
