/** The order in which groups are listed by status: the worst first, then who is furthest behind. */
import { describe, expect, it } from 'vitest';
import type { GroupStatus } from '../../console/contracts/groups.ts';
import { needsALook, standingPlace } from './standing.ts';

const at = (status: GroupStatus, lagSeconds: number | null) => ({ status, lagSeconds });

describe('standingPlace', () => {
  it('puts a worse status over any number of seconds', () => {
    const rows = [
      at('ok', 86_400),
      at('slow', 4e9),
      at('stopped', null),
      at('stalled', 5),
      at('unknown', null),
    ];
    rows.sort((a, b) => standingPlace(b) - standingPlace(a));
    expect(rows.map((row) => row.status)).toEqual(['stopped', 'stalled', 'slow', 'unknown', 'ok']);
  });

  it('sorts within a status by seconds, and what is not known as least', () => {
    expect(standingPlace(at('slow', 90))).toBeGreaterThan(standingPlace(at('slow', 30)));
    expect(standingPlace(at('ok', 0))).toBeGreaterThan(standingPlace(at('ok', null)));
  });
});

describe('needsALook', () => {
  it('leaves out who is well and who is not known', () => {
    const all: GroupStatus[] = ['ok', 'unknown', 'slow', 'rewound', 'stalled', 'stopped'];
    expect(all.filter(needsALook)).toEqual(['slow', 'rewound', 'stalled', 'stopped']);
  });
});
