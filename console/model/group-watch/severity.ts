/** The statuses from well to worst: a group is its worst partition. As numbers, because columns keep them. */

/** The first is no verdict yet. */
export const severity = ['', 'ok', 'unknown', 'slow', 'rewound', 'stalled', 'stopped'] as const;

export const OK = 1;
export const UNKNOWN = 2;
export const SLOW = 3;
export const REWOUND = 4;
export const STALLED = 5;
export const STOPPED = 6;
