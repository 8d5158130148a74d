'use client';

/** What fired: since when, how bad, who looks after it, and whether anybody was told. */
import { useState } from 'react';
import { ChevronRight } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { Incident } from '../../console/contracts/alerts';
import { useProblemWords } from '../data/problem-words';
import { useAcknowledge, useIncidents } from '../data/use-alerts';
import { formatClock, formatDuration } from '../format/duration';
import { useMay, usePaths } from '../layout/session-context';
import { Button } from '../ui/button';
import { cn } from '../ui/cn';
import { EmptyState } from '../ui/empty-state';
import { ErrorState } from '../ui/error-state';
import { Skeleton } from '../ui/skeleton';
import { Status } from '../ui/status';
import { Moment, useNow } from '../ui/time';
import { toast } from '../ui/toaster';
import { formatLimit } from './condition-words';
import { Deliveries } from './deliveries';
import { RowLink } from '../ui/row-link';

function Facts({ incident }: { incident: Incident }) {
  const t = useTranslations('alerts');
  const paths = usePaths();
  const now = useNow();
  const endMs = incident.resolvedAt === null ? now : Date.parse(incident.resolvedAt);
  const isFiring = incident.state === 'firing';
  const lasted = now === 0 ? '…' : formatDuration(endMs - Date.parse(incident.startedAt));
  return (
    <div className="min-w-0 flex-1">
      <p className="truncate text-sm text-ink">
        <span className="mr-2 text-xs text-dim tnum">{incident.level}</span>
        <span className="font-medium">{incident.rule.name}</span>
        {incident.group === null ? null : (
          <>
            <span className="text-dim"> · </span>
            <RowLink href={paths.group(incident.group)} className="link">
              {incident.group}
            </RowLink>
          </>
        )}
        {incident.topic === null ? null : (
          <>
            <span className="text-dim"> · </span>
            <RowLink href={paths.topic(incident.topic)} className="link">
              {incident.topic}
            </RowLink>
          </>
        )}
        {incident.broker === null ? null : (
          <>
            <span className="text-dim"> · </span>
            <RowLink href={paths.broker(incident.broker)} className="link">
              {incident.subject}
            </RowLink>
          </>
        )}
      </p>
      <p className="truncate text-xs text-dim tnum">
        {incident.state === 'firing' ? t('firingFor', { lasted }) : t('lasted', { lasted })}
        {' · '}
        {valueWords(t, incident)}
        {' · '}
        <Moment at={incident.startedAt} seconds={false} />
        {incident.noDataSince === null ? null : (
          <>
            {' · '}
            {t('noDataSince', { time: formatClock(Date.parse(incident.noDataSince), false) })}
          </>
        )}
        {incident.causedBy === null ? null : ` · ${t('causedBy')}`}
      </p>
      {incident.reason === null || !isFiring ? null : <p className="text-xs text-soft">{incident.reason}</p>}
    </div>
  );
}

/** The value beside the bound that was crossed; of what has no value its status. */
function valueWords(t: ReturnType<typeof useTranslations<'alerts'>>, incident: Incident): string {
  const { value, peakValue, threshold, unit, status, state } = incident;
  const shown = state === 'resolved' ? (peakValue ?? value) : value;
  if (shown === null) return status ?? '';
  const words = formatLimit(shown, unit);
  if (threshold === null) return status === null ? words : `${status} · ${words}`;
  const limits = { threshold: formatLimit(threshold, unit) };
  return state === 'resolved' && peakValue !== null
    ? t('peak', { peak: words, ...limits })
    : t('valueNow', { value: words, ...limits });
}

function IncidentRow({ incident }: { incident: Incident }) {
  const t = useTranslations('alerts');
  const [open, setOpen] = useState(false);
  const mayAcknowledge = useMay('operator');
  const acknowledge = useAcknowledge();
  const words = useProblemWords();
  const firing = incident.state === 'firing';
  return (
    <li className="border-b border-line">
      <div className="sheet-x flex flex-wrap items-center gap-x-4 gap-y-1 py-2.5">
        <Button
          tone="ghost"
          size="icon-sm"
          className="-ml-2"
          aria-expanded={open}
          aria-label={t('showDeliveries', { rule: incident.rule.name })}
          onClick={() => setOpen(!open)}
        >
          <ChevronRight
            aria-hidden
            className={cn('size-4 transition-transform duration-[140ms]', open && 'rotate-90')}
          />
        </Button>
        <span className="w-24">
          <Status tone={firing ? (incident.acknowledgedBy === null ? 'bad' : 'warn') : 'ok'}>
            {t(firing ? 'state.firing' : 'state.resolved')}
          </Status>
        </span>
        <Facts incident={incident} />
        {incident.acknowledgedBy !== null ? (
          <span className="text-xs text-dim">
            {t(firing ? 'acknowledgedBy' : 'wasAcknowledgedBy', { who: incident.acknowledgedBy })}
          </span>
        ) : firing && mayAcknowledge ? (
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
        ) : null}
      </div>
      {open ? <Deliveries deliveries={incident.deliveries} /> : null}
    </li>
  );
}

export function IncidentsTab() {
  const t = useTranslations('alerts');
  const incidents = useIncidents();
  if (incidents.isError && incidents.data === undefined) {
    return (
      <ErrorState title={t('failed')} error={incidents.error} onRetry={() => void incidents.refetch()} />
    );
  }
  if (incidents.isPending) {
    return (
      <div className="sheet-x flex flex-col gap-6 py-5">
        {Array.from({ length: 4 }, (_, row) => (
          <Skeleton key={row} className="w-2/3" />
        ))}
      </div>
    );
  }
  if (incidents.data.items.length === 0) {
    return <EmptyState title={t('noIncidents')}>{t('noIncidentsMeaning')}</EmptyState>;
  }
  return (
    <ul aria-label={t('tabs.incidents')}>
      {incidents.data.items.map((incident) => (
        <IncidentRow key={incident.id} incident={incident} />
      ))}
    </ul>
  );
}
