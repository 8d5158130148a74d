'use client';

/**
 * A refusal in the reader's words: the known ones from the catalogue. Of the rest the server's sentence, which has the values in it, is
 * told: alone in English, behind the meaning of its type in other languages.
 */
import { useCallback } from 'react';
import { useLocale, useTranslations } from 'next-intl';
import { formatDuration } from '../format/duration';
import { ApiProblem } from './api-client';

const worded = [
  'role',
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
const told = [
  'malformed',
  'unauthenticated',
  'cross-site',
  'not-found',
  'conflict',
  'too-large',
  'too-slow',
  'content-type',
  'invalid',
  'confirm',
  'refused-by-kafka',
  'too-many-readings',
  'too-many-streams',
  'internal',
  'not-ready',
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
      if (problem.type === 'wrong-topic-token')
        return t('wrong-topic-token', { left: problem.triesLeft ?? 0 });
      const known = worded.find((type) => type === problem.type);
      if (known !== undefined) return t(known);
      const type = told.find((each) => each === problem.type);
      return type === undefined ? problem.detail : t(`told.${type}`, { detail: problem.detail });
    },
    [locale, t],
  );
}

/** What the server says about single fields, by the field's name. */
export function fieldErrors(error: unknown): Readonly<Record<string, string>> {
  return error instanceof ApiProblem ? (error.problem.errors ?? {}) : {};
}
