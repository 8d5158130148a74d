/**
 * Values of contracts that pages need, too, apart from the schemas that use them: a browser that only wants a number would load all that checks
 * requests with it.
 */

/** What stands for a stored secret. */
export const storedSecret = '***';

export const passwordLengthMin = 8;

/** Topics of one change of many. */
export const changedTopicsMax = 500;

/** Messages of one answer, and bytes of one that are shown. */
export const messagesLimitDefault = 100;
export const messagesLimitMax = 1_000;
export const shownBytesMax = 1024 * 1024;

/** Lines of one answer of history that are looked for as the highest. */
export const historyTopMax = 100;

/** Groups that one question about history may name, no more than lines that are answered. */
export const historyGroupsMax = 200;
/** Of their names as a JSON list: leaves room for all else in the head of a request. */
export const historyGroupsCharactersMax = 8_000;

/** The incidents that a page lists: the newest. */
export const shownIncidents = { limit: 200, sort: '-startedAt' } as const;
