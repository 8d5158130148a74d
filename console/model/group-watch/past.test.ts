/**
 * A console that starts again: the rounds before are lived through as history kept them, and the next one is judged as if the
 * process had never ended. `Kept` is what samplesOf gives the store, without the store.
 */
import { describe, expect, it } from 'vitest';
import { topicIdentity } from '../topic-identity.ts';
import { GroupWatch, type GroupVerdict } from './group-watch.ts';
import { relive, standstills, type PastStretch } from './past.ts';
import { intervalMs, keepUp, Story } from './testing/story.ts';

const first = 'Zk9vQ2xhc3MgZmlyc3QuLg';
const second = 'c2Vjb25kIHRvcGljIGhlcg';

/** The rounds of a story with one partition, as history keeps them. */
class Kept {
  readonly #rows: { atMs: number; end: number; identity: number; members: number; lag: number }[] = [];

  add(story: Story): void {
    const row = story.last?.partitions.find((each) => each.partition === 0);
    this.#rows.push({
      atMs: story.nowMs,
      end: story.ends[0] ?? NaN,
      identity: story.topicId === null ? NaN : topicIdentity(story.topicId),
      members: story.assignments?.length ?? NaN,
      lag: row?.lag ?? NaN,
    });
  }

  stretch(without: (keyof (typeof this.rows)[number])[] = []): PastStretch {
    const column = (name: 'end' | 'identity' | 'members' | 'lag'): Float64Array =>
      Float64Array.from(this.#rows, (row) => (without.includes(name) ? NaN : row[name]));
    return {
      atMs: this.#rows.map((row) => row.atMs),
      ends: new Map([['orders', new Map([[0, column('end')]])]]),
      identities: new Map([['orders', column('identity')]]),
      groups: new Map([
        [
          'billing',
          { members: column('members'), lags: new Map([['orders', new Map([[0, column('lag')]])]]) },
        ],
      ]),
    };
  }

  get rows() {
    return this.#rows;
  }
}

/** Plays on with every round kept. */
function play(story: Story, kept: Kept, minutes: number, step: (second: number) => void): void {
  const from = story.second;
  for (let done = 0; done < minutes * 6; done++) {
    story.pass();
    step(story.second - from);
    story.round();
    kept.add(story);
  }
}

/** The next round of a story, by the watch that saw it all and by a new one. */
function nextRound(
  story: Story,
  past: readonly PastStretch[],
): { before: GroupVerdict; after: GroupVerdict } {
  const again = new Story({ ...story, watch: new GroupWatch(intervalMs), last: null });
  const present = {
    atMs: story.nowMs,
    topics: story.topics,
    groups: new Map([['billing', { protocolType: story.protocolType }]]),
  };
  for (const _ of relive(again.watch, past, present));
  return { before: story.round(), after: again.round() };
}

const produce = (story: Story) => () => {
  story.ends[0] = (story.ends[0] ?? 0) + 1_000;
};

describe('the first round after a restart', () => {
  it.each<[string, (story: Story, kept: Kept) => void, string]>([
    [
      'stalled',
      (story, kept) => {
        play(story, kept, 3, keepUp(story, 100));
        play(story, kept, 11, produce(story));
      },
      'stalled',
    ],
    [
      'slow',
      (story, kept) => {
        play(story, kept, 14, () => {
          produce(story)();
          story.commits[0] = (story.commits[0] ?? 0) + 600;
        });
      },
      'slow',
    ],
    [
      'stopped',
      (story, kept) => {
        play(story, kept, 5, keepUp(story, 100));
        story.leave();
        play(story, kept, 5, produce(story));
      },
      'stopped',
    ],
    [
      'rewound',
      (story, kept) => {
        play(story, kept, 5, keepUp(story, 100));
        story.commits[0] = 500;
        play(story, kept, 2, produce(story));
      },
      'rewound',
    ],
    ['well', (story, kept) => play(story, kept, 8, keepUp(story, 100)), 'ok'],
    [
      'behind, and catching up',
      (story, kept) => {
        story.ends[0] = 500_000;
        play(story, kept, 9, () => {
          produce(story)();
          story.commits[0] = (story.commits[0] ?? 0) + 4_000;
        });
      },
      'ok',
    ],
  ])('says what was said of a group that is %s', (_, before, status) => {
    const [story, kept] = [new Story({ topicId: first }), new Kept()];
    before(story, kept);
    story.pass();
    produce(story)();
    const verdicts = nextRound(story, [kept.stretch()]);
    expect(verdicts.before.status).toBe(status);
    expect(verdicts.after).toEqual(verdicts.before);
  });

  it('goes on to say that a topic was made anew, but for a rate that nothing was kept of', () => {
    const [story, kept] = [new Story({ topicId: first }), new Kept()];
    play(story, kept, 5, keepUp(story, 100));
    Object.assign(story, { topicId: second, ends: [100] });
    play(story, kept, 2, () => (story.ends[0] = (story.ends[0] ?? 0) + 10));
    story.pass();
    const { before, after } = nextRound(story, [kept.stretch()]);
    expect(before.partitions[0]).toMatchObject({ offsetState: 'recreated', lag: null });
    expect(after).toEqual({ ...before, committedPerSec: null });
  });

  it('sees that the topic was made anew meanwhile', () => {
    const [story, kept] = [new Story({ topicId: first }), new Kept()];
    play(story, kept, 5, keepUp(story, 100));
    story.pass(60);
    Object.assign(story, { topicId: second, ends: [100_000] });
    const { after } = nextRound(story, [kept.stretch()]);
    expect(after).toMatchObject({ status: 'unknown', totalLag: null });
    expect(after.partitions[0]).toMatchObject({ offsetState: 'recreated', lag: null });
  });

  it('knows seconds from ends alone, and calls a group unknown whose commits were not kept', () => {
    const [story, kept] = [new Story({ topicId: first }), new Kept()];
    play(story, kept, 3, keepUp(story, 100));
    play(story, kept, 11, produce(story));
    story.pass();
    const { before, after } = nextRound(story, [kept.stretch(['lag'])]);
    expect(before.status).toBe('stalled');
    // Not even the group was known then; its topic is watched because another one reads it.
    expect(after).toMatchObject({ status: 'unknown', lagSeconds: null });
    const withOther = kept.stretch(['lag']);
    const other = { members: null, lags: kept.stretch().groups.get('billing')?.lags ?? new Map() };
    const past = { ...withOther, groups: new Map([['other', other]]) };
    const again = new Story({ ...story, watch: new GroupWatch(intervalMs), last: null });
    const groups = new Map([['other', { protocolType: 'consumer' }]]);
    for (const _round of relive(again.watch, [past], { atMs: story.nowMs, topics: story.topics, groups }));
    expect(again.round()).toMatchObject({ status: 'unknown', lagSeconds: before.lagSeconds });
  });

  it('counts what was not kept as a pause of a minute, and judges nothing by it', () => {
    const [story, kept] = [new Story({ topicId: first }), new Kept()];
    play(story, kept, 5, keepUp(story, 100));
    play(story, kept, 3, produce(story));
    story.pass(3_600);
    const { after } = nextRound(story, [kept.stretch()]);
    expect(after.status).toBe('ok');
    expect(after.lagSeconds?.seconds).toBeGreaterThan(3_700);
  });

  it('takes no round of the future', () => {
    const [story, kept] = [new Story({ topicId: first }), new Kept()];
    play(story, kept, 5, keepUp(story, 100));
    play(story, kept, 20, produce(story));
    story.nowMs -= 3_600_000;
    const { after } = nextRound(story, [kept.stretch()]);
    expect(after.status).toBe('unknown');
    expect(after.reason).toMatch(/watched since/);
  });

  it('knows an hourly rhythm from rounds of each minute', () => {
    const [story, kept] = [new Story({ topicId: first }), new Kept()];
    const minutely = new Kept();
    const hourly = (second: number): void => {
      story.ends[0] = second * 10;
      if (second % 3_600 === 0) story.commits[0] = second * 10;
    };
    for (let done = 0; done < 270 * 6; done++) {
      story.pass();
      hourly(story.second);
      story.round();
      if (done >= 255 * 6) kept.add(story);
      else if (story.second % 60 === 50) minutely.add(story);
    }
    story.pass();
    const { before, after } = nextRound(story, [minutely.stretch(), kept.stretch()]);
    expect(before).toMatchObject({ status: 'ok' });
    expect(after).toMatchObject({ status: 'ok' });
    const { after: young } = nextRound(story, [kept.stretch()]);
    expect(young.status).toBe('unknown');
  });
});

describe('of whom a stretch does not tell enough', () => {
  it('are those that stand, and those whose oldest record is older', () => {
    const of = (step: (story: Story) => void): number => {
      const [story, kept] = [new Story({ topicId: first, ends: [1_000], commits: [0] }), new Kept()];
      play(story, kept, 2, () => {
        step(story);
      });
      return standstills(kept.stretch(), 10).length;
    };
    expect(of((story) => produce(story)())).toBe(1);
    expect(of((story) => (story.commits[0] = (story.commits[0] ?? 0) + 1))).toBe(1);
    expect(of((story) => keepUp(story, 1)())).toBe(0);
    expect(of((story) => (story.commits = [...story.ends]))).toBe(0);
  });
});
