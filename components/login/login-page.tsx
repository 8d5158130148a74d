'use client';

/**
 * Signing in. Nothing moves when it fails: the place of the message is always there. The address to go back to is checked
 * to be a path of our own before it is followed.
 */
import { useState, type FormEvent } from 'react';
import { signIn } from 'next-auth/react';
import { useSearchParams } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import {
  readReturnError,
  readSignInError,
  signInFields,
  signInProvider,
  type SignInFailure,
} from '../../console/contracts/sign-in';
import { formatDuration } from '../format/duration';
import { LanguageSwitch } from '../layout/language/language-switch';
import { Mark } from '../layout/mark';
import { ThemeSwitch } from '../layout/theme-switch';
import { Button } from '../ui/button';
import { TextField } from '../ui/field';
import { useListening } from '../ui/listening';
import { StatusMark } from '../ui/status';
import { useNow } from '../ui/time';
import { ownPath } from './own-path';
import { SignInElsewhere } from './sign-in-elsewhere';

interface Failure extends SignInFailure {
  readonly atMs: number;
}

function useMessage(
  failure: Failure | null,
): { text: string; tone: 'bad' | 'idle'; waiting: boolean } | null {
  const t = useTranslations('login');
  const search = useSearchParams();
  const locale = useLocale();
  const now = useNow();
  if (failure === null) {
    const error = search.get('error');
    if (error !== null) return { text: t(`errors.${readReturnError(error)}`), tone: 'bad', waiting: false };
    return search.get('reason') === 'expired' ? { text: t('expired'), tone: 'idle', waiting: false } : null;
  }
  if (failure.error === 'too-many-tries') {
    const leftMs = failure.atMs + (failure.retryAfterSeconds ?? 60) * 1000 - now;
    return leftMs > 0
      ? {
          text: t('tooManyTries', { wait: formatDuration(leftMs + 999, locale) }),
          tone: 'bad',
          waiting: true,
        }
      : { text: t('tryAgainNow'), tone: 'idle', waiting: false };
  }
  return { text: t(`errors.${failure.error}`), tone: 'bad', waiting: false };
}

function SignInForm() {
  const t = useTranslations('login');
  const search = useSearchParams();
  const listening = useListening();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const message = useMessage(failure);

  // Read when they are sent: what was typed before the page listened counts, too.
  const submit = async (form: HTMLFormElement): Promise<void> => {
    const fields = new FormData(form);
    const [user, password] = [fields.get('username'), fields.get('password')];
    if (typeof user !== 'string' || typeof password !== 'string') return;
    if (user === '' || password === '' || busy) return;
    setBusy(true);
    try {
      const answer = await signIn(signInProvider, {
        [signInFields.username]: user,
        [signInFields.password]: password,
        redirect: false,
      });
      if (answer?.ok === true && (answer.error === null || answer.error === undefined)) {
        window.location.assign(ownPath(search.get('callbackUrl'), window.location.origin));
        return;
      }
      setFailure({ ...readSignInError(answer?.error ?? ''), atMs: Date.now() });
    } catch {
      setFailure({ error: 'unavailable', retryAfterSeconds: null, atMs: Date.now() });
    }
    const again = form.elements.namedItem('password');
    if (again instanceof HTMLInputElement) again.value = '';
    setBusy(false);
  };

  return (
    <form
      method="post"
      onSubmit={(event: FormEvent<HTMLFormElement>) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
      className="flex flex-col gap-4"
      noValidate
    >
      <TextField
        label={t('user')}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        required
      />
      <TextField
        label={t('password')}
        name="password"
        type="password"
        autoComplete="current-password"
        required
      />
      <Button
        type="submit"
        tone="primary"
        className="h-9"
        busy={busy}
        disabled={!listening || message?.waiting === true}
      >
        {t('submit')}
      </Button>
      <div className="min-h-10 text-sm text-soft">
        <p role="alert" className="flex gap-2">
          {message === null ? null : (
            <>
              <StatusMark tone={message.tone} className="mt-1" />
              <span className="tnum">{message.text}</span>
            </>
          )}
        </p>
        {message === null ? <p className="text-xs text-dim">{t('hint')}</p> : null}
      </div>
    </form>
  );
}

interface LoginPageProps {
  version: string;
  /** What the provider of the configuration is called; null: there is none. */
  elsewhere: string | null;
}

export function LoginPage({ version, elsewhere }: LoginPageProps) {
  const t = useTranslations('login');
  return (
    <div className="flex min-h-dvh flex-col">
      <div className="flex justify-end p-3">
        <LanguageSwitch />
        <ThemeSwitch />
      </div>
      <main className="flex flex-1 flex-col items-center px-6 pt-[12vh]">
        <div className="w-full max-w-76">
          <Mark className="size-9 text-accent" />
          <h1 className="mt-5 text-xl font-medium tracking-[-0.011em] text-ink">{t('title')}</h1>
          <p className="mt-1 mb-7 text-base text-dim">{t('subtitle')}</p>
          <SignInForm />
          {elsewhere === null ? null : <SignInElsewhere name={elsewhere} />}
        </div>
      </main>
      <footer className="p-5 text-center text-xs text-dim tnum">Aquila {version}</footer>
    </div>
  );
}
