'use client';

/** What fired: since when, how bad, what caused it, who looks after it, and whether anybody was told. */
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { ChevronRight } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { Incident } from '../../console/contracts/alerts';
import { useProblemWords } from '../data/problem-words';
import { useAcknowledge, useIncident, useIncidents } from '../data/use-alerts';
import { formatCount } from '../format/quantity';
import { useMay } from '../layout/session-context';
import { FilterChip, SearchField, TableBar } from '../tables/table-bar';
import { useUrlParameter } from '../tables/url-state';
import { Button } from '../ui/button';
import { cn } from '../ui/cn';
import { EmptyState } from '../ui/empty-state';
import { ErrorState } from '../ui/error-state';
import { Skeleton } from '../ui/skeleton';
import { Status } from '../ui/status';
import { toast } from '../ui/toaster';
import { Deliveries } from './deliveries';
import { IncidentFacts } from './incident-facts';
import { useIncidentName } from './incident-words';
import { incidentFilters, isShown, type IncidentFilter } from './incident-filter';

interface IncidentRowProps {
  incident: Incident;
  cause: Incident | null;
  standsFor: number;
  /** Somebody came for this one: it is marked, open, and in view. */
  asked: boolean;
}

function Attention({ incident }: { incident: Incident }) {
  const t = useTranslations('alerts');
  const mayAcknowledge = useMay('operator');
  const acknowledge = useAcknowledge();
  const words = useProblemWords();
  const firing = incident.state === 'firing';
  if (incident.acknowledgedBy !== null) {
    return (
      <span className="text-xs text-dim">
        {t(firing ? 'acknowledgedBy' : 'wasAcknowledgedBy', { who: incident.acknowledgedBy })}
      </span>
    );
  }
  if (!firing || !mayAcknowledge) return null;
  return (
    <Button
      size="sm"
      busy={acknowledge.isPending}
      onClick={() =>
        acknowledge.mutate(incident.id, {
          onSuccess: () => toast(t('acknowledged')),
          onError: (error) => toast(words(error), 'bad'),
        })
      }
    >
      {t('acknowledge')}
    </Button>
  );
}

function IncidentRow({ incident, cause, standsFor, asked }: IncidentRowProps) {
  const t = useTranslations('alerts');
  const [open, setOpen] = useState(asked);
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (asked) row.current?.scrollIntoView({ block: 'center' });
  }, [asked]);
  const nameOf = useIncidentName();
  const firing = incident.state === 'firing';
  return (
    <li
      ref={row}
      aria-current={asked ? 'true' : undefined}
      className={cn('border-b border-line', asked ? 'bg-accent-wash' : '')}
    >
      <div className="sheet-x flex flex-wrap items-start gap-x-3 gap-y-1.5 py-2.5">
        <Button
          tone="ghost"
          size="icon-sm"
          className="-my-1 -ml-2"
          aria-expanded={open}
          aria-label={t('showDeliveries', { rule: nameOf(incident) })}
          onClick={() => setOpen(!open)}
        >
          <ChevronRight
            aria-hidden
            className={cn('size-4 transition-transform duration-[140ms]', open && 'rotate-90')}
          />
        </Button>
        <span className="w-20 text-sm">
          <Status tone={firing ? (incident.acknowledgedBy === null ? 'bad' : 'warn') : 'ok'}>
            {t(firing ? 'state.firing' : 'state.resolved')}
          </Status>
        </span>
        <IncidentFacts incident={incident} cause={cause} standsFor={standsFor} />
        <Attention incident={incident} />
      </div>
      {open ? <Deliveries type={incident.type} deliveries={incident.deliveries} /> : null}
    </li>
  );
}

function useShownIncidents(all: readonly Incident[]) {
  const [search, setSearch] = useUrlParameter('q', '');
  const [filterText, setFilter] = useUrlParameter('filter', '');
  const filter = incidentFilters.find((each) => each === filterText) ?? null;
  const words = useDeferredValue(search);
  const nameOf = useIncidentName();
  const shown = useMemo(
    () => all.filter((incident) => isShown(incident, nameOf(incident), filter, words)),
    [all, filter, nameOf, words],
  );
  const byId = useMemo(() => new Map(all.map((incident) => [incident.id, incident])), [all]);
  const standsFor = useMemo(() => {
    const counts = new Map<string, number>();
    for (const { causedBy } of all)
      if (causedBy !== null) counts.set(causedBy, (counts.get(causedBy) ?? 0) + 1);
    return counts;
  }, [all]);
  return { search, setSearch, filter, setFilter, shown, byId, standsFor };
}

function Filters({
  all,
  filter,
  setFilter,
}: {
  all: readonly Incident[];
  filter: IncidentFilter | null;
  setFilter: (filter: string) => void;
}) {
  const t = useTranslations('alerts');
  return (
    <div role="group" aria-label={t('filterLabel')} className="flex flex-wrap gap-1.5">
      {incidentFilters.map((each) => (
        <FilterChip
          key={each}
          on={filter === each}
          onToggle={() => setFilter(filter === each ? '' : each)}
          count={formatCount(all.filter((incident) => isShown(incident, '', each, '')).length)}
        >
          {t(`filters.${each}`)}
        </FilterChip>
      ))}
    </div>
  );
}

function IncidentList({ all, total }: { all: readonly Incident[]; total: number }) {
  const t = useTranslations('alerts');
  const [asked] = useUrlParameter('incident', '');
  const { search, setSearch, filter, setFilter, shown, byId, standsFor } = useShownIncidents(all);
  return (
    <>
      <TableBar shown={shown.length} total={all.length} moved={0} onSortAgain={() => undefined}>
        <SearchField value={search} onChange={setSearch} label={t('search')} />
        <Filters all={all} filter={filter} setFilter={setFilter} />
      </TableBar>
      {shown.length === 0 ? (
        <EmptyState title={t('noMatch')}>{t('noMatchMeaning')}</EmptyState>
      ) : (
        <ul aria-label={t('tabs.incidents')} className="border-t border-line">
          {shown.map((incident) => (
            <IncidentRow
              key={incident.id}
              incident={incident}
              cause={incident.causedBy === null ? null : (byId.get(incident.causedBy) ?? null)}
              standsFor={standsFor.get(incident.id) ?? 0}
              asked={incident.id === asked}
            />
          ))}
        </ul>
      )}
      {total > all.length ? (
        <p className="sheet-x py-3 text-xs text-dim tnum">{t('newestOf', { shown: all.length, total })}</p>
      ) : null}
    </>
  );
}

export function IncidentsTab() {
  const t = useTranslations('alerts');
  const incidents = useIncidents();
  const [askedId] = useUrlParameter('incident', '');
  const isListed = incidents.data?.items.some(({ id }) => id === askedId) ?? true;
  // Links in mails lead to incidents that may be older than what is listed.
  const asked = useIncident(askedId === '' || isListed ? null : askedId);
  if (incidents.isError && incidents.data === undefined) {
    return (
      <ErrorState title={t('failed')} error={incidents.error} onRetry={() => void incidents.refetch()} />
    );
  }
  if (incidents.isPending) {
    return (
      <div className="skeletons sheet-x flex flex-col gap-6 py-5">
        {Array.from({ length: 4 }, (_, row) => (
          <Skeleton key={row} className="w-2/3" />
        ))}
      </div>
    );
  }
  const { items, total } = incidents.data;
  const isAsked = asked.data !== undefined && !items.some(({ id }) => id === asked.data.id);
  const all = isAsked ? [asked.data, ...items] : items;
  if (all.length === 0) {
    return <EmptyState title={t('noIncidents')}>{t('noIncidentsMeaning')}</EmptyState>;
  }
  return <IncidentList all={all} total={total} />;
}
