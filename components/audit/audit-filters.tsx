'use client';

/** The filters over the audit trail: how it ended, what it was about, who, which target, between which moments. */
import { useState } from 'react';
import { SlidersHorizontal } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { FilterChip, SearchField } from '../tables/table-bar';
import { replaceSearch, useUrlParameter } from '../tables/url-state';
import { Button } from '../ui/button';
import { Popover } from '../ui/popover';
import { SelectField, TextField } from '../ui/field';
import { nouns, outcomes } from './use-audit-filter';

const narrow = ['actor', 'action', 'target', 'from', 'to'] as const;
type Narrow = (typeof narrow)[number];

function useNarrow(): Record<Narrow, string> {
  const [actor] = useUrlParameter('actor', '');
  const [action] = useUrlParameter('action', '');
  const [target] = useUrlParameter('target', '');
  const [from] = useUrlParameter('from', '');
  const [to] = useUrlParameter('to', '');
  return { actor, action, target, from, to };
}

function NarrowForm({ initial, onDone }: { initial: Record<Narrow, string>; onDone: () => void }) {
  const t = useTranslations('audit');
  const [draft, setDraft] = useState(initial);
  const type = (part: Partial<typeof draft>): void => setDraft((before) => ({ ...before, ...part }));
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        replaceSearch(draft);
        onDone();
      }}
    >
      <TextField
        label={t('actor')}
        help={t('actorHelp')}
        spellCheck={false}
        value={draft.actor}
        onChange={(event) => type({ actor: event.target.value })}
      />
      <SelectField
        label={t('action')}
        value={draft.action}
        onChange={(event) => type({ action: event.target.value })}
      >
        <option value="">{t('anything')}</option>
        {nouns.map((noun) => (
          <option key={noun} value={noun}>
            {t(`nouns.${noun}`)}
          </option>
        ))}
      </SelectField>
      <TextField
        label={t('target')}
        spellCheck={false}
        value={draft.target}
        onChange={(event) => type({ target: event.target.value })}
      />
      <TextField
        label={t('fromTime')}
        type="datetime-local"
        value={draft.from}
        onChange={(event) => type({ from: event.target.value })}
      />
      <TextField
        label={t('toTime')}
        type="datetime-local"
        value={draft.to}
        onChange={(event) => type({ to: event.target.value })}
      />
      <div className="flex justify-end gap-2">
        <Button
          onClick={() => {
            replaceSearch(Object.fromEntries(narrow.map((name) => [name, null])));
            onDone();
          }}
        >
          {t('clear')}
        </Button>
        <Button type="submit" tone="primary">
          {t('apply')}
        </Button>
      </div>
    </form>
  );
}

export function AuditFilters() {
  const t = useTranslations('audit');
  const [search, setSearch] = useUrlParameter('q', '');
  const [outcome, setOutcome] = useUrlParameter('outcome', '');
  const [open, setOpen] = useState(false);
  const chosen = useNarrow();
  const used = narrow.filter((name) => chosen[name] !== '').length;
  return (
    <>
      <SearchField value={search} onChange={setSearch} label={t('search')} />
      {outcomes.map((each) => (
        <FilterChip
          key={each}
          on={outcome === each}
          onToggle={() => setOutcome(outcome === each ? '' : each)}
        >
          {t(`outcomes.${each}`)}
        </FilterChip>
      ))}
      <Popover
        open={open}
        onOpenChange={setOpen}
        label={t('more')}
        align="start"
        className="max-h-[80dvh] w-72 max-w-[calc(100vw-1rem)] overflow-y-auto"
        button={
          <Button size="sm" tone={used > 0 ? 'primary' : 'secondary'}>
            <SlidersHorizontal aria-hidden className="size-3.5" />
            {used > 0 ? t('moreUsed', { used }) : t('more')}
          </Button>
        }
      >
        <NarrowForm initial={chosen} onDone={() => setOpen(false)} />
      </Popover>
    </>
  );
}
