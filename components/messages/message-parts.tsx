'use client';

/** What one record holds: headers, key and value in the chosen way, each with its size and what it is in words. */
import { useId, useMemo } from 'react';
import { Download } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import type { Message } from '../../console/contracts/messages';
import { formatCount, quantityText } from '../format/quantity';
import { Button } from '../ui/button';
import { cn } from '../ui/cn';
import { CopyButton } from '../ui/copy-button';
import { hexDump } from './hex-dump';
import { bytesOf, headerOf, shownSize, type MessagePart } from './message-part';
import { PartLine } from './part-line';
import { partViews, shownPart, type PartView, type ShownPart } from './part-view';
import { saveFile } from './save-file';

interface ViewChoiceProps {
  view: PartView;
  onChoose: (view: PartView) => void;
}

/** In which way keys and values are looked at. */
export function ViewChoice({ view, onChoose }: ViewChoiceProps) {
  const t = useTranslations('messages');
  const name = useId();
  return (
    <div
      role="radiogroup"
      aria-label={t('showAs')}
      className="flex w-fit items-center gap-px rounded-sm border border-line-strong bg-control p-px"
    >
      {partViews.map((each) => (
        <label
          key={each}
          className={cn(
            'relative flex h-6.5 cursor-pointer items-center rounded-[3px] px-2.5 text-xs has-focus-visible:outline-2 has-focus-visible:outline-accent',
            each === view ? 'bg-active font-medium text-ink' : 'text-dim hover:bg-hover hover:text-ink',
          )}
        >
          <input
            type="radio"
            name={name}
            className="sr-only"
            checked={each === view}
            onChange={() => onChoose(each)}
          />
          {t(`views.${each}`)}
        </label>
      ))}
    </div>
  );
}

interface PartSectionProps {
  of: 'key' | 'value';
  part: MessagePart;
  asked: PartView;
  fileName: string;
}

interface PartWordsProps extends Omit<PartSectionProps, 'fileName'> {
  shown: ShownPart;
}

/** What there is to say of a part besides what it holds. */
function PartWords({ of, part, asked, shown }: PartWordsProps) {
  const t = useTranslations('messages');
  const locale = useLocale();
  const size = quantityText('bytes', part.sizeBytes, locale);
  const here = useMemo(() => shownSize(part), [part]);
  if (part.kind === 'null') return <p>{t(of === 'key' ? 'noKeyMeaning' : 'tombstoneMeaning')}</p>;
  if (part.kind === 'empty') return <p>{t('emptyMeaning')}</p>;
  return (
    <>
      {part.kind === 'binary' && asked !== 'hex' ? <p>{t('binaryMeaning')}</p> : null}
      {part.kind === 'text' && shown.view !== asked && here >= part.sizeBytes ? <p>{t('notJson')}</p> : null}
      {here < part.sizeBytes ? (
        <p className="text-warn">{t('cutMeaning', { shown: quantityText('bytes', here, locale), size })}</p>
      ) : null}
      {shown.isShortened ? <p>{t('shortened')}</p> : null}
    </>
  );
}

export function PartSection({ of, part, asked, fileName }: PartSectionProps) {
  const t = useTranslations('messages');
  const locale = useLocale();
  const id = useId();
  const shown = useMemo(() => shownPart(part, asked), [part, asked]);
  const name = t(of === 'key' ? 'key' : 'value');
  const hasContent = part.kind === 'text' || part.kind === 'binary';
  return (
    <section aria-labelledby={id} className="border-t border-line px-5 py-3">
      <header className="flex min-h-8 flex-wrap items-center gap-x-2.5 gap-y-1">
        <h3 id={id} className="text-sm font-medium text-ink">
          {name}
        </h3>
        {hasContent ? (
          <span className="text-xs text-dim tnum">{quantityText('bytes', part.sizeBytes, locale)}</span>
        ) : null}
        {hasContent ? (
          <div className="ml-auto flex items-center gap-1">
            <CopyButton
              text={shown.isShortened && part.kind === 'text' ? part.content : shown.text}
              label={t(of === 'key' ? 'copyKey' : 'copyValue')}
            />
            <Button
              tone="ghost"
              size="sm"
              onClick={() => saveFile(fileName, 'application/octet-stream', bytesOf(part))}
            >
              <Download aria-hidden className="size-3.5" />
              {t(of === 'key' ? 'saveKey' : 'saveValue')}
            </Button>
          </div>
        ) : null}
      </header>
      <div className="flex flex-col gap-1 text-xs text-dim empty:hidden">
        <PartWords of={of} part={part} asked={asked} shown={shown} />
      </div>
      {hasContent ? (
        <pre
          role="group"
          aria-label={name}
          tabIndex={0}
          className={cn(
            'mt-1.5 max-h-[45dvh] overflow-auto rounded-sm border border-line bg-sunken px-3 py-2 text-ink',
            shown.view === 'hex' ? '' : 'break-words whitespace-pre-wrap',
          )}
        >
          <bdi>{shown.text}</bdi>
        </pre>
      ) : null}
    </section>
  );
}

/** All of it that is here: the API gives 1 KiB of a header at most. */
function HeaderValue({ part }: { part: MessagePart }) {
  const whole = 'block break-words whitespace-pre-wrap text-ink';
  if (part.kind === 'text' && shownSize(part) === part.sizeBytes) {
    return (
      <code className={whole}>
        <bdi>{part.content}</bdi>
      </code>
    );
  }
  return (
    <>
      <PartLine of="header" part={part} mayBeCut />
      {part.kind === 'binary' ? <code className={whole}>{hexDump(bytesOf(part))}</code> : null}
    </>
  );
}

export function HeadersSection({ headers }: { headers: Message['headers'] }) {
  const t = useTranslations('messages');
  const id = useId();
  return (
    <section aria-labelledby={id} className="border-t border-line px-5 py-3">
      <h3 id={id} className="flex min-h-8 items-center gap-2.5 text-sm font-medium text-ink">
        {t('headers')}
        <span className="text-xs font-normal text-dim tnum">{formatCount(headers.length)}</span>
      </h3>
      {headers.length === 0 ? (
        <p className="text-xs text-dim">{t('noHeaders')}</p>
      ) : (
        <dl className="grid grid-cols-[minmax(4rem,auto)_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
          {headers.map((header, index) => (
            // Kafka keeps several headers of one name, in their order.
            <div key={index} className="contents">
              <dt className="break-words text-soft">
                <code>
                  <bdi>{header.key}</bdi>
                </code>
              </dt>
              <dd className="min-w-0">
                <HeaderValue part={headerOf(header)} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
