'use client';

/** A new password for oneself: the present one, the new one twice. Other sessions end with it. */
import { useState, type FormEvent } from 'react';
import { useLocale, useTranslations } from 'next-intl';
import { passwordLengthMin } from '../../console/contracts/limits';
import { fieldErrors, useProblemWords } from '../data/problem-words';
import { useChangePassword } from '../data/use-accounts';
import { isProblem } from '../data/api-client';
import { formatDuration } from '../format/duration';
import { Button } from '../ui/button';
import { TextField } from '../ui/field';
import { Notice } from '../ui/notice';
import { toast } from '../ui/toaster';

const empty = { current: '', password: '', again: '' };

function useFailure(error: unknown): string | null {
  const t = useTranslations('account');
  const words = useProblemWords();
  const locale = useLocale();
  if (error === null || Object.keys(fieldErrors(error)).length > 0) return null;
  if (!isProblem(error, 'too-many-tries')) return words(error);
  return t('tooManyTries', { wait: formatDuration((error.problem.retryAfterSeconds ?? 60) * 1000, locale) });
}

export function PasswordForm({ name }: { name: string }) {
  const t = useTranslations('account');
  const change = useChangePassword();
  const [draft, setDraft] = useState(empty);
  const [tried, setTried] = useState(false);
  const failure = useFailure(change.error);
  const problems = fieldErrors(change.error);
  const short = draft.password.length < passwordLengthMin;
  const different = draft.again !== draft.password;
  const type = (part: Partial<typeof empty>): void => setDraft((before) => ({ ...before, ...part }));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (draft.current === '' || short || different) return;
    change.mutate(
      { current: draft.current, password: draft.password },
      {
        onSuccess: () => {
          setDraft(empty);
          setTried(false);
          toast(t('changed'));
        },
      },
    );
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4" noValidate>
      {/* Tells password managers whose password it is. */}
      <input type="hidden" name="username" autoComplete="username" value={name} readOnly />
      <TextField
        label={t('current')}
        type="password"
        autoComplete="current-password"
        error={problems['current'] ?? (tried && draft.current === '' ? t('currentMissing') : undefined)}
        value={draft.current}
        onChange={(event) => type({ current: event.target.value })}
      />
      <TextField
        label={t('new')}
        type="password"
        autoComplete="new-password"
        help={t('newHelp', { min: passwordLengthMin })}
        error={
          problems['password'] ?? (tried && short ? t('newShort', { min: passwordLengthMin }) : undefined)
        }
        value={draft.password}
        onChange={(event) => type({ password: event.target.value })}
      />
      <TextField
        label={t('again')}
        type="password"
        autoComplete="new-password"
        error={tried && !short && different ? t('notTheSame') : undefined}
        value={draft.again}
        onChange={(event) => type({ again: event.target.value })}
      />
      {failure === null ? null : <Notice alert tone="bad" title={failure} />}
      <div className="flex items-center gap-3">
        <Button tone="primary" type="submit" busy={change.isPending}>
          {t('change')}
        </Button>
        <span className="text-xs text-dim">{t('changeMeaning')}</span>
      </div>
    </form>
  );
}
