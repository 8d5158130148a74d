'use client';

/** What one change says, with links to what it is about where they can be followed; what is gone has no page to link to. */
import { Fragment, useState, type ReactNode } from 'react';
import { useLocale, useTranslations } from 'next-intl';
import type { ChangeEntry, ClusterChange } from '../../console/contracts/changes';
import { severityOf } from '../../console/model/group-severity';
import { formatClock, formatDuration } from '../format/duration';
import { useStatusName } from '../groups/group-status';
import { usePaths } from '../layout/session-context';
import { PageLink } from '../ui/page-link';
import type { Tone } from '../ui/status';
import { shownNames } from './shown-names';

interface NamesProps {
  names: readonly string[];
  count: number;
  hrefOf: ((name: string) => string) | null;
  isOpenable: boolean;
}

/** Where there is room for links there is room for all names, too, once somebody asks for them. */
function Names({ names, count, hrefOf, isOpenable }: NamesProps) {
  const t = useTranslations('changes');
  const [isOpen, setOpen] = useState(false);
  const { shown, more, isCut } = shownNames(names, count, isOpen);
  return (
    <>
      {shown.map((name, index) => (
        <Fragment key={name}>
          {index === 0 ? '' : t('comma')}
          {hrefOf === null ? (
            <span className="font-medium break-words">{name}</span>
          ) : (
            <PageLink href={hrefOf(name)} className="link break-words">
              {name}
            </PageLink>
          )}
        </Fragment>
      ))}
      {/* What follows the last name is a full stop where nothing more is said. */}
      {more > 0 || (isOpenable && isCut) ? ' ' : null}
      {isOpenable && isCut ? (
        <>
          {isOpen && more > 0 ? `${t('andMore', { count: more })} ` : null}
          <button type="button" aria-expanded={isOpen} className="link" onClick={() => setOpen(!isOpen)}>
            {isOpen ? t('fewerNames') : t('andMore', { count: more })}
          </button>
        </>
      ) : more > 0 ? (
        t('andMore', { count: more })
      ) : null}
    </>
  );
}

const tones: Partial<Record<ClusterChange['kind'], Tone>> = {
  'broker-lost': 'bad',
  'broker-back': 'ok',
  'broker-joined': 'ok',
  'isr-shrunk': 'warn',
  'isr-grown': 'ok',
  'watch-began': 'unknown',
};

export function toneOf(change: ClusterChange): Tone {
  if (change.kind === 'leaders-moved')
    return change.to === null ? 'bad' : change.from === null ? 'ok' : 'idle';
  if (change.kind === 'groups-status') {
    const severity = severityOf(change.to);
    if (severity >= severityOf('stalled')) return 'bad';
    return severity >= severityOf('slow') ? 'warn' : 'ok';
  }
  return tones[change.kind] ?? 'idle';
}

const bySeverity: readonly Tone[] = ['bad', 'warn', 'ok', 'idle', 'unknown'];

/** The tone of several changes together. */
export const severest = (tones: readonly Tone[]): Tone =>
  bySeverity.find((tone) => tones.includes(tone)) ?? 'idle';

/** The key of a sentence about topics or groups, by kind. */
const aboutTopics = {
  'topics-created': 'topicsCreated',
  'topics-recreated': 'topicsRecreated',
  'topics-deleted': 'topicsDeleted',
} as const;

type OfPartitions = Extract<ClusterChange, { topicCount: number }>;
type OfGroups = Extract<ClusterChange, { groups: string[] }>;

function usePartitionWords(isLinked: boolean): (change: OfPartitions) => ReactNode {
  const t = useTranslations('changes');
  const paths = usePaths();
  return (change) => {
    const hrefOf = isLinked ? paths.topic : null;
    const names = () => (
      <Names names={change.topics} count={change.topicCount} hrefOf={hrefOf} isOpenable={isLinked} />
    );
    const values = { partitions: change.partitions, names };
    switch (change.kind) {
      case 'leaders-moved': {
        const { from, to } = change;
        if (to === null) return t.rich('leadersLost', { ...values, from: from ?? 0 });
        if (from === null) return t.rich('leadersFound', { ...values, to });
        return t.rich('leadersMoved', { ...values, from, to });
      }
      case 'isr-shrunk':
        return t.rich('isrShrunk', { ...values, id: change.brokerId });
      case 'isr-grown':
        return t.rich('isrGrown', { ...values, id: change.brokerId });
      case 'replicas-moved':
        return t.rich('replicasMoved', values);
    }
  };
}

function useGroupWords(isLinked: boolean): (change: OfGroups) => ReactNode {
  const t = useTranslations('changes');
  const paths = usePaths();
  const statusName = useStatusName();
  return (change) => {
    const { count, groups } = change;
    const hrefOf = isLinked && change.kind !== 'groups-lost' ? paths.group : null;
    const values = {
      count,
      names: () => <Names names={groups} count={count} hrefOf={hrefOf} isOpenable={isLinked} />,
    };
    switch (change.kind) {
      case 'groups-appeared':
        return t.rich('groupsAppeared', values);
      case 'groups-lost':
        return t.rich('groupsLost', values);
      case 'groups-state': {
        const { from, to } = change;
        if (to === 'Empty') return t.rich('groupsEmpty', values);
        if (from === 'Empty' && to === 'Stable') return t.rich('groupsBack', values);
        return t.rich('groupsMoved', { ...values, from, to });
      }
      case 'groups-status':
        return t.rich('groupsMoved', {
          ...values,
          from: statusName(change.from),
          to: statusName(change.to),
        });
    }
  };
}

/** Rounds further apart than that leave open when it was. */
const COARSE_MS = 60_000;

/** Whether it may have been noticeably earlier than when it was seen. */
export const isCoarse = ({ at, since }: ChangeEntry): boolean =>
  since !== null && Date.parse(at) - Date.parse(since) > COARSE_MS;

export function useChangeWords({ isLinked = true } = {}): (entry: ChangeEntry) => ReactNode {
  const t = useTranslations('changes');
  const locale = useLocale();
  const paths = usePaths();
  const ofPartitions = usePartitionWords(isLinked);
  const ofGroups = useGroupWords(isLinked);
  return ({ at, since, change }) => {
    if ('topicCount' in change) return ofPartitions(change);
    if ('groups' in change) return ofGroups(change);
    if ('brokerId' in change) {
      const { kind, brokerId: id } = change;
      const link = (chunks: ReactNode) =>
        isLinked ? (
          <PageLink href={paths.broker(id)} className="link">
            {chunks}
          </PageLink>
        ) : (
          <span className="font-medium">{chunks}</span>
        );
      if (kind === 'broker-lost') return t.rich('brokerLost', { id, link });
      if (kind === 'broker-joined' || change.lastSeen === null) return t.rich('brokerJoined', { id, link });
      const time = formatDuration(Date.parse(at) - Date.parse(change.lastSeen), locale);
      return t.rich('brokerBack', { id, time, link });
    }
    switch (change.kind) {
      case 'watch-began':
        return since === null
          ? t('watchBegan')
          : t('unwatched', { from: formatClock(Date.parse(since)), to: formatClock(Date.parse(at)) });
      case 'controller-moved':
        return t('controllerMoved', { from: change.from, to: change.to });
      case 'partitions-added':
      case 'topics-configured':
      case 'topics-created':
      case 'topics-recreated':
      case 'topics-deleted': {
        const { kind, count, topics } = change;
        const hrefOf = isLinked && kind !== 'topics-deleted' ? paths.topic : null;
        const values = {
          count,
          names: () => <Names names={topics} count={count} hrefOf={hrefOf} isOpenable={isLinked} />,
        };
        if (kind === 'topics-configured')
          return t.rich('topicsConfigured', { ...values, settings: change.settings.join(t('comma')) });
        if (kind !== 'partitions-added') return t.rich(aboutTopics[kind], values);
        return t.rich('partitionsAdded', { ...values, from: change.from, to: change.to });
      }
    }
  };
}
