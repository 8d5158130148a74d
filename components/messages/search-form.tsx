'use client';

/**
 * What to look for: from where, in which partition, how many, with which filter. Typing asks nothing; sending puts it into the
 * address, and that is what is looked for. An address that changes otherwise (a link, the way back) fills the form anew.
 */
import { useState, type FormEvent } from 'react';
import { Eye, Search, Square } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { formatCount } from '../format/quantity';
import { TABLE_SEARCH_ID } from '../layout/shortcuts';
import { Button } from '../ui/button';
import { CheckField, SelectField, TextField } from '../ui/field';
import { useOnClient } from '../ui/time';
import { FilterHelp } from './filter-help';
import {
  addressOf,
  draftOf,
  filterLengthMax,
  filterPlace,
  searchKinds,
  searchOfDraft,
  usualLimits,
  type MessageSearch,
  type SearchDraft,
} from './message-search';

/** More partitions than this are typed, not chosen. */
const CHOSEN_PARTITIONS_MAX = 200;

interface SearchFormProps {
  search: MessageSearch;
  /** Null while it is not known. */
  partitions: number | null;
  /** What the API says about single fields. */
  errors: Readonly<Record<string, string>>;
  busy: boolean;
  onSearch: (search: MessageSearch) => void;
  onStop: () => void;
}

interface FieldProps {
  draft: SearchDraft;
  set: (change: Partial<SearchDraft>) => void;
  error: string | undefined;
}

function FromFields({ draft, set, error }: FieldProps) {
  const t = useTranslations('messages');
  const onClient = useOnClient();
  return (
    <>
      <SelectField
        label={t('from')}
        className="w-full sm:w-44"
        value={draft.kind}
        onChange={(event) =>
          set({ kind: searchKinds.find((kind) => kind === event.target.value) ?? 'newest' })
        }
      >
        {searchKinds.map((kind) => (
          <option key={kind} value={kind}>
            {t(`kinds.${kind}`)}
          </option>
        ))}
      </SelectField>
      {draft.kind === 'offset' ? (
        <TextField
          label={t('offset')}
          className="w-full sm:w-36"
          error={error}
          inputMode="numeric"
          autoComplete="off"
          value={draft.offset}
          onChange={(event) => set({ offset: event.target.value })}
        />
      ) : null}
      {draft.kind === 'time' ? (
        <TextField
          label={t('time')}
          className="w-full sm:w-52"
          error={error}
          type="datetime-local"
          step={1}
          // The server does not know the reader's time zone.
          value={onClient ? draft.time : ''}
          onChange={(event) => set({ time: event.target.value })}
        />
      ) : null}
    </>
  );
}

function PartitionField({ draft, set, error, partitions }: FieldProps & { partitions: number | null }) {
  const t = useTranslations('messages');
  const all = partitions === null ? t('allPartitions') : t('allOf', { count: partitions });
  if ((partitions ?? 0) > CHOSEN_PARTITIONS_MAX) {
    return (
      <TextField
        label={t('partition')}
        className="w-full sm:w-36"
        error={error}
        inputMode="numeric"
        autoComplete="off"
        placeholder={all}
        value={draft.partition}
        onChange={(event) => set({ partition: event.target.value })}
      />
    );
  }
  const known = Array.from({ length: partitions ?? 0 }, (_, partition) => String(partition));
  const offered =
    draft.partition === '' || known.includes(draft.partition) ? known : [...known, draft.partition];
  return (
    <SelectField
      label={t('partition')}
      className="w-full sm:w-32"
      error={error}
      value={draft.partition}
      onChange={(event) => set({ partition: event.target.value })}
    >
      <option value="">{all}</option>
      {offered.map((partition) => (
        <option key={partition} value={partition}>
          {partition}
        </option>
      ))}
    </SelectField>
  );
}

function LimitField({ draft, set }: Omit<FieldProps, 'error'>) {
  const t = useTranslations('messages');
  const usual = usualLimits.map(String);
  return (
    <SelectField
      label={t('limit')}
      className="w-full sm:w-28"
      value={draft.limit}
      onChange={(event) => set({ limit: event.target.value })}
    >
      {(usual.includes(draft.limit) ? usual : [...usual, draft.limit]).map((limit) => (
        <option key={limit} value={limit}>
          {formatCount(Number(limit))}
        </option>
      ))}
    </SelectField>
  );
}

function FilterField({ draft, set, error }: FieldProps) {
  const t = useTranslations('messages');
  return (
    <TextField
      mono
      id={TABLE_SEARCH_ID}
      label={t('filter')}
      className="w-full min-w-0 sm:min-w-64 sm:flex-1"
      error={error}
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      maxLength={filterLengthMax}
      placeholder={t('filterPlaceholder')}
      value={draft.filter}
      onChange={(event) => set({ filter: event.target.value })}
    />
  );
}

/** The refusal of a filter with its place, in words. */
function useFilterError(error: string | undefined, filter: string): string | undefined {
  const t = useTranslations('messages');
  const place = filterPlace(error, filter);
  if (place === null) return error;
  const { position, near, words } = place;
  return near === '' ? t('filterEnds', { position, words }) : t('filterAt', { position, near, words });
}

export function SearchForm({ search, partitions, errors, busy, onSearch, onStop }: SearchFormProps) {
  const t = useTranslations('messages');
  const address = JSON.stringify(addressOf(search));
  const [filled, setFilled] = useState(address);
  const [draft, setDraft] = useState(() => draftOf(search));
  const [tried, setTried] = useState(false);
  if (filled !== address) {
    setFilled(address);
    setDraft(draftOf(search));
    setTried(false);
  }
  const set = (change: Partial<SearchDraft>): void => setDraft((before) => ({ ...before, ...change }));
  const read = searchOfDraft(draft, partitions);
  const problem = tried ? read.problem : null;
  const filterError = useFilterError(
    draft.filter.trim() === search.filter ? errors['filter'] : undefined,
    search.filter,
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (read.search !== null) onSearch(read.search);
  };
  const isLive = draft.kind === 'live';
  const Icon = isLive ? Eye : Search;
  return (
    <form
      role="search"
      aria-label={t('form')}
      noValidate
      onSubmit={submit}
      className="sheet-x flex flex-col gap-2 border-t border-line py-3"
    >
      <div className="flex flex-wrap items-start gap-3">
        <FromFields
          draft={draft}
          set={set}
          error={problem === 'offset' || problem === 'time' ? t(`rules.${problem}`) : errors['from']}
        />
        <PartitionField
          draft={draft}
          set={set}
          partitions={partitions}
          error={problem === 'partition' ? t('rules.partition') : errors['partition']}
        />
        {isLive ? null : <LimitField draft={draft} set={set} />}
        <FilterField draft={draft} set={set} error={filterError} />
        {busy ? (
          <Button onClick={onStop} className="max-sm:w-full sm:mt-6.5">
            <Square aria-hidden className="size-3.5" />
            {t('stop')}
          </Button>
        ) : (
          <Button type="submit" tone="primary" className="max-sm:w-full sm:mt-6.5">
            <Icon aria-hidden className="size-4" />
            {t(isLive ? 'watch' : 'look')}
          </Button>
        )}
      </div>
      <div className="flex flex-wrap items-center gap-x-6 gap-y-1">
        <CheckField
          label={t('committed')}
          checked={draft.committed}
          onChange={(event) => set({ committed: event.target.checked })}
        />
        <FilterHelp onTake={(filter) => set({ filter })} />
      </div>
    </form>
  );
}
