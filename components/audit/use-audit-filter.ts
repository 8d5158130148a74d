'use client';

/** Which lines of the audit trail are shown: in the URL, so that a link shows what one sees. Times are the reader's. */
import { useMemo } from 'react';
import { useSearchParams } from 'next/navigation';
import type { AuditFilter } from '../../console/contracts/accounts';

export const outcomes = ['ok', 'refused', 'failed', 'unknown'] as const;
export const filterNames = ['q', 'actor', 'action', 'target', 'outcome', 'from', 'to'] as const;

/** What can be done something to: the first word of an action. */
export const nouns = [
  'session',
  'account',
  'user',
  'token',
  'audit',
  'topic',
  'group',
  'broker',
  'cluster',
  'alert-rule',
  'channel',
  'incident',
  'silence',
] as const;

function timeOf(text: string | null): string | undefined {
  if (text === null || text === '') return undefined;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

export function readAuditFilter(search: { get(name: string): string | null }): AuditFilter {
  const text = (name: string) => search.get(name)?.trim() || undefined;
  const parts: AuditFilter = {
    search: text('q'),
    actor: text('actor'),
    action: text('action'),
    target: text('target'),
    outcome: outcomes.find((outcome) => outcome === search.get('outcome')),
    from: timeOf(search.get('from')),
    to: timeOf(search.get('to')),
  };
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
}

export function useAuditFilter(): AuditFilter {
  const search = useSearchParams();
  return useMemo(() => readAuditFilter(search), [search]);
}
