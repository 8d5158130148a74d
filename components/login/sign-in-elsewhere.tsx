'use client';

/** The way in by an OpenID provider: leaves for it, and comes back signed in or with the reason why not. */
import { useState } from 'react';
import { signIn } from 'next-auth/react';
import { LogIn } from 'lucide-react';
import { useSearchParams } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { elsewhereProvider } from '../../console/contracts/sign-in';
import { Button } from '../ui/button';
import { ownPath } from './own-path';

export function SignInElsewhere({ name }: { name: string }) {
  const t = useTranslations('login');
  const search = useSearchParams();
  const [busy, setBusy] = useState(false);
  const leave = async (): Promise<void> => {
    setBusy(true);
    try {
      await signIn(elsewhereProvider, {
        callbackUrl: ownPath(search.get('callbackUrl'), window.location.origin),
      });
    } finally {
      // Whoever comes back with the browser's own button finds it as it was.
      setBusy(false);
    }
  };
  return (
    <div className="mt-4 border-t border-line pt-5">
      <Button className="h-9 w-full" busy={busy} onClick={() => void leave()}>
        <LogIn aria-hidden className="size-4" />
        <span className="truncate">{t('elsewhere', { name })}</span>
      </Button>
    </div>
  );
}
