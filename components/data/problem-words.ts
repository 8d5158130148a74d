'use client';

/** A refusal in the reader's words: the known ones from the message file, the rest as the server said it. */
import { useCallback } from 'react';
import { useLocale, useTranslations } from 'next-intl';
import { formatDuration } from '../format/duration';
import { ApiProblem } from './api-client';

const worded = [
  'role',
  'wrong-topic-token',
  'deletion-disabled',
  'internal-topic',
  'cluster-unreachable',
  'outcome-unknown',
  'read-only',
  'group-active',
  'too-many-tests',
  'configured-cluster',
  'people-only',
  'last-admin',
] as const;

export function useProblemWords(): (error: unknown) => string {
  const locale = useLocale();
  const t = useTranslations('problems');
  return useCallback(
    (error) => {
      if (!(error instanceof ApiProblem)) return t('no-answer');
      const { problem } = error;
      if (problem.type === 'too-many-tries') {
        return t('too-many-tries', {
          wait: formatDuration((problem.retryAfterSeconds ?? 60) * 1000, locale),
        });
      }
      const known = worded.find((type) => type === problem.type);
      return known === undefined ? problem.detail : t(known);
    },
    [locale, t],
  );
}

/** What the server says about single fields, by the field's name. */
export function fieldErrors(error: unknown): Readonly<Record<string, string>> {
  return error instanceof ApiProblem ? (error.problem.errors ?? {}) : {};
}
