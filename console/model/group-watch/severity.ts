/** The statuses from well to worst as numbers, because columns keep them. */
import { fromWellToWorst } from '../group-severity.ts';

/** The first is no verdict yet. */
export const severity = ['', ...fromWellToWorst] as const;

export const OK = 1;
export const UNKNOWN = 2;
export const SLOW = 3;
export const REWOUND = 4;
export const STALLED = 5;
export const STOPPED = 6;
