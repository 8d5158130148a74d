'use client';

/** Copies a text and says so for a moment, in the same place and width. */
import { useState } from 'react';
import { Check, Copy } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Button } from './button';

const SAID_MS = 1600;

export function CopyButton({ text, label, iconOnly }: { text: string; label?: string; iconOnly?: boolean }) {
  const t = useTranslations('common');
  const [said, setSaid] = useState<'copied' | 'failed' | null>(null);
  const name = label ?? t('copy');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('copied');
    } catch {
      setSaid('failed');
    }
    window.setTimeout(() => setSaid(null), SAID_MS);
  };
  const shown = said === null ? name : t(said);
  return (
    <Button
      tone="ghost"
      size={iconOnly === true ? 'icon-sm' : 'sm'}
      onClick={() => void copy()}
      aria-label={iconOnly === true ? shown : undefined}
      title={iconOnly === true ? shown : undefined}
    >
      {said === 'copied' ? (
        <Check aria-hidden className="size-3.5 text-ok" />
      ) : (
        <Copy aria-hidden className="size-3.5" />
      )}
      {iconOnly === true ? null : <span aria-live="polite">{shown}</span>}
    </Button>
  );
}
