/**
 * Brackets in the metadata log around records that only count together (KIP-868).
 *
 * Each value is framed as schema/versioned-data.ts describes. Records between Begin and End are replayed at End; Abort
 * drops them. Nothing to do with the transactions of producers.
 */
import { record, string, type Decoded } from '../schema/notation.ts';

export const beginTransactionRecord = record(
  23,
  'BeginTransactionRecord',
  { versions: '0', flexible: '0+' },
  {
    name: string('0+', { nullable: true, tag: 0 }),
  },
);
export type BeginTransactionRecord = Decoded<typeof beginTransactionRecord>;

export const endTransactionRecord = record(24, 'EndTransactionRecord', { versions: '0', flexible: '0+' }, {});
export type EndTransactionRecord = Decoded<typeof endTransactionRecord>;

export const abortTransactionRecord = record(
  25,
  'AbortTransactionRecord',
  { versions: '0', flexible: '0+' },
  {
    reason: string('0+', { nullable: true, tag: 0 }),
  },
);
export type AbortTransactionRecord = Decoded<typeof abortTransactionRecord>;
