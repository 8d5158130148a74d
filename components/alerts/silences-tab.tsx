'use client';

/** Silences in force and maintenance windows to come: what is quiet until when, who said so and why. */
import { BellOff, CalendarClock, Plus } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { AlertRule, Silence } from '../../console/contracts/alerts';
import { useProblemWords } from '../data/problem-words';
import { useAlertRules, useEndSilence, useSilences } from '../data/use-alerts';
import { useMay } from '../layout/session-context';
import { useUrlParameter } from '../tables/url-state';
import { Button } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { ErrorState } from '../ui/error-state';
import { Skeleton } from '../ui/skeleton';
import { Status } from '../ui/status';
import { Moment, useNow } from '../ui/time';
import { toast } from '../ui/toaster';
import { scopeOf } from './silence-draft';
import { SilenceDialog } from './silence-dialog';

const noRules: readonly AlertRule[] = [];

function useScopeWords(rules: readonly AlertRule[]): (silence: Silence) => string {
  const t = useTranslations('silences');
  return (silence) => {
    const { cluster, ruleId, group, topic, broker } = silence;
    const rule = rules.find(({ id }) => id === ruleId)?.name ?? t('aRuleThatIsGone');
    return t(`of.${scopeOf(silence)}`, {
      ...{ cluster, rule, group: group ?? '', topic: topic ?? '', broker: String(broker ?? '') },
    });
  };
}

function SilenceRow({ silence, title, may }: { silence: Silence; title: string; may: boolean }) {
  const t = useTranslations('silences');
  const end = useEndSilence();
  const words = useProblemWords();
  const now = useNow();
  const isToCome = Date.parse(silence.startsAt) > now && now > 0;
  const Icon = isToCome ? CalendarClock : BellOff;
  return (
    <li className="sheet-x flex flex-wrap items-start gap-x-4 gap-y-2 border-b border-line py-3">
      <Icon aria-hidden className="mt-0.5 size-4 text-dim" />
      <div className="min-w-0 flex-1 basis-56">
        <p className="text-sm font-medium break-words text-ink">{title}</p>
        <p className="flex flex-wrap items-baseline gap-x-3 text-sm">
          <Status tone="idle">{t(isToCome ? 'toCome' : 'inForce')}</Status>
          <span className="text-xs text-dim">
            {isToCome ? (
              <>
                {t('from')} <Moment at={silence.startsAt} seconds={false} />{' '}
              </>
            ) : null}
            {t('until')} <Moment at={silence.endsAt} seconds={false} />
          </span>
        </p>
        <p className="text-xs break-words text-dim">
          {silence.comment === ''
            ? t('by', { who: silence.createdBy })
            : t('byBecause', { who: silence.createdBy, comment: silence.comment })}
        </p>
      </div>
      {may ? (
        <Button
          size="sm"
          busy={end.isPending}
          aria-label={t('endOf', { what: title })}
          onClick={() =>
            end.mutate(silence.id, {
              onSuccess: () => toast(t('ended')),
              onError: (error) => toast(words(error), 'bad'),
            })
          }
        >
          {t('end')}
        </Button>
      ) : null}
    </li>
  );
}

export function SilencesTab() {
  const t = useTranslations('silences');
  const may = useMay('operator');
  const silences = useSilences();
  const rules = useAlertRules().data?.items ?? noRules;
  const titleOf = useScopeWords(rules);
  const [asked, ask] = useUrlParameter('silence', '');
  if (silences.isError && silences.data === undefined) {
    return <ErrorState title={t('failed')} error={silences.error} onRetry={() => void silences.refetch()} />;
  }
  const add = (
    <Button tone="primary" onClick={() => ask('new')}>
      <Plus aria-hidden className="size-4" />
      {t('new')}
    </Button>
  );
  const items = silences.data?.items ?? [];
  return (
    <>
      {silences.isPending ? (
        <div className="sheet-x flex flex-col gap-6 py-5">
          <Skeleton className="w-1/2" />
          <Skeleton className="w-2/3" />
        </div>
      ) : items.length === 0 ? (
        <EmptyState title={t('none')} action={may ? add : undefined}>
          {t('noneMeaning')}
        </EmptyState>
      ) : (
        <>
          {may ? <div className="sheet-x flex justify-end border-b border-line py-2.5">{add}</div> : null}
          <ul aria-label={t('list')}>
            {items.map((silence) => (
              <SilenceRow key={silence.id} silence={silence} title={titleOf(silence)} may={may} />
            ))}
          </ul>
        </>
      )}
      <SilenceDialog open={may && asked === 'new'} onClose={() => ask('')} rules={rules} />
    </>
  );
}
