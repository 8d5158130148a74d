'use client';

/** The keyboard: `/` and Ctrl-K search, `g` then a letter goes to a page, `f` filters the table, `?` explains. */
import { useEffect, useRef } from 'react';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { Dialog, DialogBody } from '../ui/dialog';
import { useNavigation } from './navigation';

/** How long a `g` waits for its second key. */
const CHORD_MS = 1200;

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** The table search of the page, when it has one. */
export const TABLE_SEARCH_ID = 'table-search';

export function useShortcuts({ onSearch, onHelp }: { onSearch: () => void; onHelp: () => void }): void {
  const router = useRouter();
  const items = useNavigation();
  const chordAt = useRef(0);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        onSearch();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector('[role="dialog"], [role="menu"]') !== null) return;
      const now = event.timeStamp;
      if (now - chordAt.current < CHORD_MS) {
        const item = items.find((candidate) => candidate.key === event.key);
        chordAt.current = Number.NEGATIVE_INFINITY;
        if (item !== undefined) {
          event.preventDefault();
          router.push(item.href);
          return;
        }
      }
      if (event.key === 'g') chordAt.current = now;
      else if (event.key === '/') {
        event.preventDefault();
        onSearch();
      } else if (event.key === '?') onHelp();
      else if (event.key === 'f') {
        const field = document.getElementById(TABLE_SEARCH_ID);
        if (field !== null) {
          event.preventDefault();
          field.focus();
        }
      }
    };
    chordAt.current = Number.NEGATIVE_INFINITY;
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [items, onHelp, onSearch, router]);
}

function Keys({ keys }: { keys: readonly string[] }) {
  return (
    <span className="flex gap-1">
      {keys.map((key, index) => (
        <kbd
          key={`${index} ${key}`}
          className="min-w-5 rounded-xs border border-line-strong bg-sunken px-1 text-center text-xs text-soft"
        >
          {key}
        </kbd>
      ))}
    </span>
  );
}

export function ShortcutsList() {
  const t = useTranslations('shortcuts');
  const pages = useTranslations('navigation');
  const items = useNavigation();
  const rows: [string, string[]][] = [
    [t('search'), ['/']],
    [t('palette'), ['Ctrl', 'K']],
    [t('filter'), ['f']],
    [t('help'), ['?']],
    ...items.map((item): [string, string[]] => [t('goTo', { page: pages(item.name) }), ['g', item.key]]),
  ];
  return (
    <dl className="grid grid-cols-[1fr_auto] gap-y-2 text-sm">
      {rows.map(([label, keys]) => (
        <div key={label} className="contents">
          <dt className="text-soft">{label}</dt>
          <dd>
            <Keys keys={keys} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function ShortcutsDialog({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const t = useTranslations('shortcuts');
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t('title')}>
      <DialogBody>
        <ShortcutsList />
      </DialogBody>
    </Dialog>
  );
}
