/**
 * The table of docs/lag.md: what went wrong in the rules of others, played through ours. Each story says who answers it
 * wrongly or not at all (Burrow 1.9, kafka-lag-exporter 0.8, and the tools of Kafka's world where offsets do not compare).
 */
import { describe, expect, it } from 'vitest';
import { keepUp, Story } from './testing/story.ts';

const minutes = (text: string | null | undefined): number =>
  Number(/for (?:at least )?(\d+) min/.exec(text ?? '')?.[1]);

describe('what Burrow gets wrong', () => {
  it('fast commits, lag of 200,000 and growing: slow, though ten commits are only seconds', () => {
    const story = new Story({ ends: [200_000], commits: [0] });
    const verdict = story.play(12, () => {
      story.ends[0] = (story.ends[0] ?? 0) + 10_000;
      story.commits[0] = (story.commits[0] ?? 0) + 9_000;
    });
    expect(verdict.status).toBe('slow');
    expect(verdict.reason).toMatch(
      /^partition 0 of orders is 272,000 records behind, growing by (99|100|101) records\/s for \d+ min$/,
    );
    expect(verdict.catchUpSeconds).toBeNull();
  });

  it('a sawtooth of commits each minute that hides slow growth', () => {
    const story = new Story();
    const saw = (second: number): void => {
      story.ends[0] = second * 1_000;
      if (second % 60 === 0) story.commits[0] = Math.floor(second * 900);
    };
    expect(story.play(15, saw).status).toBe('slow');
  });

  it('the same sawtooth without growth is well', () => {
    const story = new Story();
    const statuses = new Set<string>();
    const saw = (second: number): void => {
      story.ends[0] = second * 1_000;
      if (second % 60 === 0) story.commits[0] = second * 1_000;
      if (second > 300 && story.last !== null) statuses.add(story.last.status);
    };
    story.play(60, saw);
    expect([...statuses]).toEqual(['ok']);
  });

  it('a single moment without lag long ago forgives nothing', () => {
    const story = new Story();
    story.play(5, keepUp(story, 1_000));
    const verdict = story.play(11, () => {
      story.ends[0] = (story.ends[0] ?? 0) + 10_000;
      story.commits[0] = (story.commits[0] ?? 0) + 5_000;
    });
    expect(verdict.status).toBe('slow');
  });

  it('one smaller lag among growing ones does not make it well', () => {
    const story = new Story();
    let round = 0;
    const verdict = story.play(15, () => {
      story.ends[0] = (story.ends[0] ?? 0) + 10_000;
      // Every sixth round a larger commit, but on the whole too little.
      story.commits[0] = (story.commits[0] ?? 0) + (round++ % 6 === 0 ? 15_000 : 7_000);
    });
    expect(verdict.status).toBe('slow');
  });

  it('a quiet topic is well, and so is its next record until it has waited', () => {
    const story = new Story({ ends: [100], commits: [100] });
    expect(story.play(180, () => undefined)).toMatchObject({
      status: 'ok',
      reason: null,
      lagSeconds: { seconds: 0 },
    });
    story.ends[0] = 101;
    const after = story.play(1, () => undefined);
    expect(after.status).toBe('ok');
    story.commits[0] = 101;
    expect(story.play(1, () => undefined)).toMatchObject({ status: 'ok', totalLag: 0 });
  });

  it('a rare record each half hour, read a minute later: never stopped', () => {
    const story = new Story({ ends: [100], commits: [100] });
    const statuses = new Set<string>();
    story.play(240, (second) => {
      if (second % 1_800 === 0) story.ends[0] = (story.ends[0] ?? 0) + 1;
      if (second % 1_800 === 60) story.commits[0] = story.ends[0] ?? 0;
      if (story.last !== null) statuses.add(story.last.status);
    });
    expect([...statuses]).toEqual(['ok']);
  });

  it('a fast committer that stands still is said to be after the window, not after the length of its history', () => {
    const story = new Story();
    story.play(60, keepUp(story, 100));
    const produce = (): void => {
      story.ends[0] = (story.ends[0] ?? 0) + 1_000;
    };
    expect(story.play(9, produce).status).toBe('ok');
    const verdict = story.play(3, produce);
    expect(verdict.status).toBe('stalled');
    expect(verdict.reason).toMatch(
      /^partition 0 of orders has not committed for 1[12] min while [\d,]+ records arrived$/,
    );
    expect(minutes(verdict.reason)).toBeGreaterThanOrEqual(11);
  });

  it('a partition without a commit is not "OK with lag 0"', () => {
    const story = new Story({ ends: [100, 50], commits: [null, 50], starts: [0, 0], assignments: [[0, 1]] });
    const verdict = story.round();
    expect(story.row(0)).toMatchObject({
      offsetState: 'no-commit',
      lag: null,
      lagSeconds: null,
      status: 'unknown',
    });
    expect(verdict).toMatchObject({ status: 'ok', totalLag: 0 });
  });

  it('says since when it watches instead of judging by one commit', () => {
    const story = new Story({ ends: [5_000], commits: [100] });
    expect(story.round()).toMatchObject({
      status: 'unknown',
      reason: 'partition 0 of orders is 4,900 records behind, watched since 2026-11-21 12:00:00 UTC',
    });
  });
});

describe('slow is', () => {
  it('not what grows by less than a twentieth of what arrives', () => {
    const story = new Story({ ends: [60_000], commits: [0] });
    const verdict = story.play(30, () => {
      story.ends[0] = (story.ends[0] ?? 0) + 10_000;
      story.commits[0] = (story.commits[0] ?? 0) + 9_800;
    });
    expect(verdict.status).toBe('ok');
  });

  it('not what has grown for a few minutes only, or what a few commits tell', () => {
    const story = new Story({ ends: [200_000], commits: [0] });
    const grow = (): void => {
      story.ends[0] = (story.ends[0] ?? 0) + 10_000;
      story.commits[0] = (story.commits[0] ?? 0) + 5_000;
    };
    expect(story.play(4, grow).status).toBe('unknown');
    const rare = new Story();
    const verdict = rare.play(8, (second) => {
      rare.ends[0] = second * 1_000;
      if (second % 150 === 0) rare.commits[0] = second * 900;
    });
    expect(verdict.status).not.toBe('slow');
  });

  it('not what is a few seconds behind, even if it grows', () => {
    const story = new Story();
    const verdict = story.play(8, () => {
      story.ends[0] = (story.ends[0] ?? 0) + 10_000;
      story.commits[0] = (story.commits[0] ?? 0) + 9_400;
    });
    expect(verdict.status).toBe('ok');
  });

  it('over when much was made up for, though the line through it all still rises', () => {
    const story = new Story();
    const follow = (backlog: number) => () => {
      story.ends[0] = (story.ends[0] ?? 0) + 10_000;
      story.commits[0] = (story.ends[0] ?? 0) - backlog;
    };
    for (let minute = 1; minute <= 14; minute++) story.play(1, follow(minute * 9_000));
    expect(story.last?.status).toBe('slow');
    expect(story.play(2, follow(60_000)).status).toBe('ok');
  });

  it('over soon after the lag has turned', () => {
    const story = new Story();
    story.play(12, () => {
      story.ends[0] = (story.ends[0] ?? 0) + 10_000;
      story.commits[0] = (story.commits[0] ?? 0) + 5_000;
    });
    expect(story.last?.status).toBe('slow');
    const turned = (): void => {
      story.ends[0] = (story.ends[0] ?? 0) + 10_000;
      story.commits[0] = (story.commits[0] ?? 0) + 20_000;
    };
    expect(story.play(1, turned).status).toBe('slow');
    expect(story.play(4, turned)).toMatchObject({ status: 'ok' });
    expect(story.last?.reason).toMatch(/catches up in about \d+ s$/);
  });

  it('said with less than its threshold once it was said', () => {
    const story = new Story();
    const grow = (perRound: number) => () => {
      story.ends[0] = (story.ends[0] ?? 0) + 10_000;
      story.commits[0] = (story.commits[0] ?? 0) + 10_000 - perRound;
    };
    expect(story.play(12, grow(1_000)).status).toBe('slow');
    expect(story.play(15, grow(300)).status).toBe('slow');
    expect(story.play(15, grow(100)).status).toBe('ok');
  });
});

describe('what kafka-lag-exporter gets wrong', () => {
  it('a commit older than the table is "at least", never a line drawn into the past', () => {
    const story = new Story({ ends: [1_000_000], commits: [10] });
    story.play(2, () => (story.ends[0] = (story.ends[0] ?? 0) + 1));
    expect(story.row().lagSeconds).toEqual({ seconds: 110, atLeast: true });
    // The line through the table's ends would have told of 11.5 days.
  });

  it('a flat stretch: what comes after hours of silence is seconds old', () => {
    const story = new Story({ ends: [100], commits: [100] });
    story.play(300, () => undefined);
    story.ends[0] = 105;
    story.pass();
    story.round();
    const { seconds, atLeast } = story.row().lagSeconds ?? { seconds: NaN, atLeast: true };
    expect(atLeast).toBe(false);
    expect(seconds).toBeLessThanOrEqual(10);
  });

  it('a quiet topic has 0 seconds, not NaN, from the first round on', () => {
    const story = new Story({ ends: [7], commits: [7] });
    expect(story.round().lagSeconds).toEqual({ seconds: 0, atLeast: false });
    expect(story.play(1, () => undefined).lagSeconds).toEqual({ seconds: 0, atLeast: false });
  });

  it('nothing is known of the first round of a group that is behind: null, not a guess', () => {
    expect(new Story({ ends: [1_000], commits: [10] }).round().lagSeconds).toBeNull();
  });

  it('counts a minute as a minute', () => {
    const story = new Story();
    story.play(10, keepUp(story, 100));
    story.play(1, () => (story.ends[0] = (story.ends[0] ?? 0) + 1_000));
    expect(story.row().lagSeconds?.seconds).toBeCloseTo(60, 0);
  });

  it('records that were cut off do not freeze the table', () => {
    const story = new Story();
    story.play(10, keepUp(story, 100));
    story.ends[0] = (story.ends[0] ?? 0) - 5_000;
    story.commits[0] = story.ends[0];
    expect(story.play(1, () => undefined)).toMatchObject({ totalLag: 0 });
    story.play(2, () => (story.ends[0] = (story.ends[0] ?? 0) + 10));
    expect(story.row().lagSeconds?.seconds).toBeGreaterThan(110);
    expect(story.row().lagSeconds?.seconds).toBeLessThanOrEqual(120);
  });
});

describe('stopped, stalled, rewound', () => {
  it('a group whose members left is stopped after a minute, as soon as there is something to read', () => {
    const story = new Story();
    story.play(10, keepUp(story, 100));
    story.leave();
    expect(story.play(5, () => undefined).status).toBe('ok');
    const produce = (): void => {
      story.ends[0] = (story.ends[0] ?? 0) + 1_000;
    };
    expect(story.play(0.5, produce).status).toBe('ok');
    const verdict = story.play(1, produce);
    expect(verdict.status).toBe('stopped');
    expect(verdict.reason).toMatch(
      /^the group has no members: partition 0 of orders has not committed for \d+ s while [\d,]+ records arrived$/,
    );
  });

  it('a restart within a minute is not a stop', () => {
    const story = new Story();
    story.play(10, keepUp(story, 100));
    const produce = (): void => {
      story.ends[0] = (story.ends[0] ?? 0) + 1_000;
    };
    story.leave();
    expect(story.play(0.5, produce).status).toBe('ok');
    story.state = 'PreparingRebalance';
    expect(story.play(0.5, produce).status).toBe('ok');
    story.state = 'Stable';
    story.assignments = [[0]];
    expect(story.play(1, keepUp(story, 100)).status).toBe('ok');
  });

  it('nor is one of a group that had committed a while before', () => {
    const story = new Story();
    const saw = (second: number): void => {
      story.ends[0] = (story.ends[0] ?? 0) + 1_000;
      if (second % 50 === 0) story.commits[0] = story.ends[0];
    };
    story.play(9, saw);
    expect(story.row().lagSeconds?.seconds).toBeGreaterThan(35);
    story.leave();
    const produce = (): void => {
      story.ends[0] = (story.ends[0] ?? 0) + 1_000;
    };
    expect(story.play(0.5, produce).status).toBe('ok');
    expect(story.play(1, produce).status).toBe('stopped');
  });

  it('members that come back and commit nothing: not "no members" any more, and no recovery', () => {
    const story = new Story();
    story.play(10, keepUp(story, 100));
    const produce = (): void => {
      story.ends[0] = (story.ends[0] ?? 0) + 1_000;
    };
    story.leave();
    story.play(20, produce);
    Object.assign(story, { state: 'Stable', assignments: [[0]] });
    const verdict = story.play(0.5, produce);
    expect(verdict.status).toBe('stopped');
    expect(verdict.reason).toMatch(/^partition 0 of orders has not committed for 20 min/);
    expect(story.play(2, produce).status).toBe('stalled');
  });

  it('a group that never had members but commits is judged by its commits', () => {
    const story = new Story({ protocolType: '' }).leave();
    expect(story.play(20, keepUp(story, 100)).status).toBe('ok');
    const produce = (): void => {
      story.ends[0] = (story.ends[0] ?? 0) + 1_000;
    };
    expect(story.play(9, produce).status).toBe('ok');
    expect(story.play(3, produce).status).toBe('stopped');
  });

  it('one partition that stands while others go on is named, with how many go on', () => {
    const story = new Story({
      ends: [0, 0, 0],
      commits: [0, 0, 0],
      starts: [0, 0, 0],
      stables: [null, null, null],
      assignments: [[0, 1, 2]],
    });
    const others = (): void => {
      keepUp(story, 100, 0)();
      keepUp(story, 100, 2)();
    };
    story.play(10, () => {
      others();
      keepUp(story, 100, 1)();
    });
    const verdict = story.play(12, () => {
      others();
      story.ends[1] = (story.ends[1] ?? 0) + 1_000;
    });
    expect(verdict.status).toBe('stalled');
    expect(verdict.reason).toMatch(
      /^partition 1 of orders has not committed for 1\d min while [\d,]+ records arrived; 2 others go on$/,
    );
    expect(story.row(0).status).toBe('ok');
    expect(story.row(1).status).toBe('stalled');
  });

  it('a partition that no member reads is stopped, and said so', () => {
    const story = new Story({
      ends: [0, 0],
      commits: [0, 0],
      starts: [0, 0],
      stables: [null, null],
      assignments: [[0, 1]],
    });
    story.play(10, () => {
      keepUp(story, 100, 0)();
      keepUp(story, 100, 1)();
    });
    story.assignments = [[0]];
    const verdict = story.play(12, () => {
      keepUp(story, 100, 0)();
      story.ends[1] = (story.ends[1] ?? 0) + 1_000;
    });
    expect(verdict.status).toBe('stopped');
    expect(verdict.reason).toMatch(
      /^no member of the group reads it: partition 1 of orders has not committed/,
    );
  });

  it('offsets that were set back: rewound until they are where they were', () => {
    const story = new Story({ ends: [5_000], commits: [5_000] });
    story.play(10, () => undefined);
    story.commits = [100];
    const verdict = story.play(0.5, () => undefined);
    expect(verdict).toMatchObject({ status: 'rewound', totalLag: 4_900 });
    expect(verdict.reason).toBe(
      'partition 0 of orders was set back from 5,000 to 100 20 s ago: 4,900 records are read again',
    );
    const read = (): void => {
      story.commits[0] = Math.min(5_000, (story.commits[0] ?? 0) + 500);
    };
    expect(story.play(1, read).status).toBe('rewound');
    expect(story.play(1, read)).toMatchObject({ status: 'ok', totalLag: 0, catchUpSeconds: 0 });
  });

  it('... also when more has arrived meanwhile', () => {
    const story = new Story({ ends: [5_000], commits: [5_000] });
    story.play(10, () => undefined);
    story.commits = [100];
    const read = (): void => {
      story.ends[0] = (story.ends[0] ?? 0) + 100;
      story.commits[0] = (story.commits[0] ?? 0) + 300;
    };
    expect(story.play(2, read).status).toBe('rewound');
    expect(story.play(2, read)).toMatchObject({ status: 'ok', totalLag: 100 });
  });

  it('set back and then nobody reads: rewound at first, stopped after the window', () => {
    const story = new Story({ ends: [5_000], commits: [5_000] }).leave();
    story.play(10, () => undefined);
    story.commits = [100];
    expect(story.play(5, () => undefined).status).toBe('rewound');
    expect(story.play(6, () => undefined).status).toBe('stopped');
  });

  it('what could not be read is not judged, and comes back as it was', () => {
    const story = new Story();
    story.play(10, keepUp(story, 100));
    const produce = (): void => {
      story.ends[0] = (story.ends[0] ?? 0) + 1_000;
    };
    story.play(11, produce);
    expect(story.last?.status).toBe('stalled');
    for (let round = 0; round < 30; round++) {
      produce();
      story.miss();
    }
    expect(story.play(0.5, produce).status).toBe('stalled');
  });

  it('a partition without a leader is unknown, and stalled again when it has one', () => {
    const story = new Story();
    story.play(10, keepUp(story, 100));
    const produce = (): void => {
      story.ends[0] = (story.ends[0] ?? 0) + 1_000;
    };
    story.play(11, produce);
    const end = story.ends[0] ?? 0;
    story.ends = [null];
    expect(story.play(2, () => undefined)).toMatchObject({ status: 'unknown', totalLag: null });
    story.ends = [end];
    expect(story.play(0.5, produce).status).toBe('stalled');
  });

  it('one commit in a long stall does not make it well at once', () => {
    const story = new Story();
    story.play(10, keepUp(story, 100));
    const produce = (): void => {
      story.ends[0] = (story.ends[0] ?? 0) + 1_000;
    };
    story.play(30, produce);
    story.commits[0] = (story.commits[0] ?? 0) + 10;
    const verdict = story.play(0.5, produce);
    expect(verdict.status).toBe('stalled');
    expect(verdict.reason).toMatch(
      /^partition 0 of orders was stalled until \d+ s ago, and is [\d,]+ records behind$/,
    );
  });
});

describe('catching up', () => {
  it('is estimated anew two minutes after offsets were set back', () => {
    const story = new Story({ ends: [1_000_000], commits: [500_000] });
    const read = (): void => {
      story.commits[0] = (story.commits[0] ?? 0) + 1_000;
    };
    expect(story.play(6, read).catchUpSeconds).toBeCloseTo(4_640, -1);
    story.commits = [0];
    expect(story.play(0.5, read).catchUpSeconds).toBeNull();
    expect(story.play(2, read).catchUpSeconds).toBeCloseTo(9_850, -1);
  });

  it('is estimated from consumption minus production', () => {
    const story = new Story({ ends: [1_000_000], commits: [0] });
    const verdict = story.play(6, () => {
      story.ends[0] = (story.ends[0] ?? 0) + 1_000;
      story.commits[0] = (story.commits[0] ?? 0) + 6_000;
    });
    // 500 records a second less; 820,000 are left.
    expect(verdict.totalLag).toBe(820_000);
    expect(verdict.catchUpSeconds).toBeGreaterThan(1_600);
    expect(verdict.catchUpSeconds).toBeLessThan(1_680);
    expect(verdict).toMatchObject({ status: 'ok', producedPerSec: 100, committedPerSec: 600 });
    expect(verdict.reason).toMatch(
      /^820,000 records and at least \d+ min behind, catches up in about 27 min$/,
    );
  });

  it('is null for a group that only keeps pace, 0 for one that is there', () => {
    const story = new Story({ ends: [1_000_000], commits: [0] });
    const verdict = story.play(15, () => {
      story.ends[0] = (story.ends[0] ?? 0) + 1_000;
      story.commits[0] = (story.commits[0] ?? 0) + 1_000;
    });
    expect(verdict).toMatchObject({ status: 'ok', catchUpSeconds: null });
    expect(verdict.reason).toMatch(/but falls no further back$/);
    story.commits[0] = story.ends[0] ?? 0;
    expect(story.round().catchUpSeconds).toBe(0);
  });
});
