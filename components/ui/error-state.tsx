'use client';

/** Something could not be read: what happened, what still works, what to do, and the details to copy. */
import { useTranslations } from 'next-intl';
import { ApiProblem } from '../data/api-client';
import { Button } from './button';
import { CopyButton } from './copy-button';
import { StatusMark } from './status';
import { cn } from './cn';

interface ErrorStateProps {
  title: string;
  error: unknown;
  onRetry?: (() => void) | undefined;
  className?: string | undefined;
}

export function ErrorState({ title, error, onRetry, className }: ErrorStateProps) {
  const t = useTranslations('errors');
  const detail = error instanceof ApiProblem ? error.problem.detail : t('noAnswer');
  const id = error instanceof ApiProblem ? (error.problem.id ?? null) : null;
  return (
    <div role="alert" className={cn('sheet-x flex flex-col items-start gap-1 py-8', className)}>
      <p className="flex items-center gap-2 text-base font-medium text-ink">
        <StatusMark tone="bad" />
        {title}
      </p>
      <p className="max-w-[70ch] text-sm text-dim">{detail}</p>
      <div className="mt-3 flex gap-2">
        {onRetry === undefined ? null : (
          <Button size="sm" onClick={onRetry}>
            {t('tryAgain')}
          </Button>
        )}
        <CopyButton
          text={[title, detail, id === null ? '' : `id ${id}`].filter((line) => line !== '').join('\n')}
          label={t('copyDetails')}
        />
      </div>
    </div>
  );
}
