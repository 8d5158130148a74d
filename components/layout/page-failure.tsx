'use client';

/** What stands where a page failed to draw. The digest names the line in the server's log. */
import { useTranslations } from 'next-intl';
import { Button } from '../ui/button';
import { CopyButton } from '../ui/copy-button';
import { StatusMark } from '../ui/status';

export function PageFailure({ digest, onRetry }: { digest: string | null; onRetry: () => void }) {
  const t = useTranslations('errors');
  return (
    <div role="alert" className="sheet-x py-12">
      <h1 className="flex items-center gap-2 text-xl font-medium text-ink">
        <StatusMark tone="bad" />
        {t('pageTitle')}
      </h1>
      <p className="mt-1 max-w-[60ch] text-base text-soft">{t('pageMeaning')}</p>
      <div className="mt-5 flex gap-2">
        <Button tone="primary" onClick={onRetry}>
          {t('tryAgain')}
        </Button>
        {digest === null ? null : <CopyButton text={`digest ${digest}`} label={t('copyDetails')} />}
      </div>
    </div>
  );
}
