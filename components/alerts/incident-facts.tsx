'use client';

/** What an incident is about, how bad it is and since when; what caused it, or how much else it stands for. */
import { useLocale, useTranslations } from 'next-intl';
import type { Incident } from '../../console/contracts/alerts';
import { withQuery } from '../../console/contracts/paths';
import { formatClock, formatDuration } from '../format/duration';
import { useStatusName } from '../groups/group-status';
import { usePaths } from '../layout/session-context';
import { PageLink } from '../ui/page-link';
import { Moment, useNow } from '../ui/time';
import { useLimitWords } from './condition-words';
import { useIncidentName, useIncidentReason } from './incident-words';

function Subject({ incident }: { incident: Incident }) {
  const paths = usePaths();
  const { group, topic, broker, subject } = incident;
  const links = [
    ...(group === null ? [] : [{ href: paths.group(group), name: group }]),
    ...(topic === null ? [] : [{ href: paths.topic(topic), name: topic }]),
    ...(broker === null ? [] : [{ href: paths.broker(broker), name: subject }]),
  ];
  return links.map(({ href, name }) => (
    <span key={href}>
      <span className="text-dim"> · </span>
      <PageLink href={href} className="link break-words">
        {name}
      </PageLink>
    </span>
  ));
}

/** The value beside the bound that was crossed; of what has no value its status. */
function useValueWords(): (incident: Incident) => string {
  const t = useTranslations('alerts');
  const statusName = useStatusName();
  const limitWords = useLimitWords();
  return ({ value, peakValue, threshold, unit, status, state }) => {
    const named = status === null ? null : statusName(status);
    const shown = state === 'resolved' ? (peakValue ?? value) : value;
    if (shown === null) return named ?? '';
    const words = limitWords(shown, unit);
    if (threshold === null) return named === null ? words : `${named} · ${words}`;
    const limits = { threshold: limitWords(threshold, unit) };
    return state === 'resolved' && peakValue !== null
      ? t('peak', { peak: words, ...limits })
      : t('valueNow', { value: words, ...limits });
  };
}

interface IncidentFactsProps {
  incident: Incident;
  /** The one that stands for it in messages; null when there is none or it is not in the list any more. */
  cause: Incident | null;
  /** How many others it stands for. */
  standsFor: number;
}

function Cause({ incident, cause, standsFor }: IncidentFactsProps) {
  const t = useTranslations('alerts');
  const paths = usePaths();
  const nameOf = useIncidentName();
  if (incident.causedBy !== null && cause === null) return <> · {t('causedByGone')}</>;
  return (
    <>
      {cause === null ? null : (
        <>
          {' · '}
          {t.rich('causedBy', {
            cause: cause.subject === '' ? nameOf(cause) : `${nameOf(cause)}, ${cause.subject}`,
            link: (chunks) => (
              <PageLink
                href={withQuery(paths.alerts, { incident: cause.id })}
                replace
                scroll={false}
                className="link"
              >
                {chunks}
              </PageLink>
            ),
          })}
        </>
      )}
      {standsFor === 0 ? null : ` · ${t('standsFor', { count: standsFor })}`}
    </>
  );
}

export function IncidentFacts(props: IncidentFactsProps) {
  const { incident } = props;
  const t = useTranslations('alerts');
  const locale = useLocale();
  const now = useNow();
  const valueWords = useValueWords();
  const nameOf = useIncidentName();
  const reason = useIncidentReason()(incident);
  const { level, resolvedAt, startedAt, state, noDataSince, type } = incident;
  const endMs = resolvedAt === null ? now : Date.parse(resolvedAt);
  const lasted = now === 0 ? '…' : formatDuration(endMs - Date.parse(startedAt), locale);
  const value = valueWords(incident);
  return (
    <div className="min-w-0 flex-1 basis-72">
      <p className="text-sm break-words text-ink">
        <span className="mr-2 text-xs text-dim tnum">{level}</span>
        <span className="font-medium">{nameOf(incident)}</span>
        <Subject incident={incident} />
      </p>
      <p className="text-xs text-dim tnum">
        {resolvedAt === startedAt ? null : `${t(state === 'firing' ? 'firingFor' : 'lasted', { lasted })} · `}
        {value === '' ? null : `${value} · `}
        <Moment at={startedAt} seconds={false} />
        {noDataSince === null
          ? null
          : ` · ${t('noDataSince', { time: formatClock(Date.parse(noDataSince), false) })}`}
        <Cause {...props} />
      </p>
      {reason === null || (state !== 'firing' && type !== 'refused-tokens') ? null : (
        <p className="text-xs break-words text-soft">{reason}</p>
      )}
    </div>
  );
}
