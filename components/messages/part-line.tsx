'use client';

/** A key or value in one line. What is not there, is empty, is no text or was cut is said in a word, never left to be guessed. */
import { useLocale, useTranslations } from 'next-intl';
import { quantityText } from '../format/quantity';
import { oneLine, shownSize, type MessagePart } from './message-part';

interface PartLineProps {
  part: MessagePart;
  of: 'key' | 'value' | 'header';
  /** Something of the record was cut; whether it is this part is found out. */
  mayBeCut: boolean;
}

export function PartLine({ part, of, mayBeCut }: PartLineProps) {
  const t = useTranslations('messages');
  const locale = useLocale();
  const size = quantityText('bytes', part.sizeBytes, locale);
  switch (part.kind) {
    case 'null':
      return (
        <span className="text-dim">
          {t(of === 'key' ? 'noKey' : of === 'value' ? 'tombstone' : 'noHeaderValue')}
        </span>
      );
    case 'empty':
      return <span className="text-dim">{t('empty')}</span>;
    case 'binary':
      return <span className="text-dim">{t('binary', { size })}</span>;
    case 'text':
      return (
        <span className="block truncate">
          {mayBeCut && shownSize(part) < part.sizeBytes ? (
            <span className="mr-1.5 text-xs text-dim">{t('cutOf', { size })}</span>
          ) : null}
          <code className="text-ink">
            <bdi>{oneLine(part.content)}</bdi>
          </code>
        </span>
      );
  }
}
