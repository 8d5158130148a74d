'use client';

/** What a test of a cluster found: the steps in order, each with a shape and words, and what to do about the one that failed. */
import { useEffect, useRef } from 'react';
import { useTranslations } from 'next-intl';
import type { ClusterTest } from '../../console/contracts/clusters';
import { StatusMark, type Tone } from '../ui/status';

const tones: Record<ClusterTest['steps'][number]['outcome'], Tone> = {
  ok: 'ok',
  failed: 'bad',
  skipped: 'idle',
};

export function ClusterTestSteps({ test }: { test: ClusterTest }) {
  const t = useTranslations('clusterTest');
  const top = useRef<HTMLElement>(null);
  useEffect(() => {
    // Newer browsers give a promise here, which an effect must not return.
    void top.current?.scrollIntoView({ block: 'nearest' });
  }, [test]);
  const isPartial = test.ok && test.steps.some(({ outcome }) => outcome === 'failed');
  const lost = test.otherAddresses.filter(({ ok }) => !ok);
  return (
    <section ref={top} aria-label={t('title')} role="status" className="rounded-sm border border-line">
      <p className="flex items-center gap-2.5 border-b border-line px-3 py-2 text-sm font-medium text-ink">
        <StatusMark tone={isPartial ? 'warn' : test.ok ? 'ok' : 'bad'} />
        {test.ok ? t(isPartial ? 'okWithoutMetrics' : 'ok', { brokers: test.brokers.length }) : t('failed')}
        <code className="ml-auto text-xs font-normal text-dim">{test.address}</code>
      </p>
      <ol>
        {test.steps.map(({ step, outcome, detail, advice, durationMs }) => (
          <li key={step} className="flex gap-2.5 px-3 py-1.5 text-sm">
            <StatusMark tone={tones[outcome]} className="mt-1" />
            <div className="min-w-0 flex-1">
              <p className={outcome === 'skipped' ? 'text-dim' : 'text-ink'}>
                {t(`steps.${step}`)}
                <span className="sr-only"> {t(`outcomes.${outcome}`)}</span>
                <span className="text-soft"> · {detail}</span>
              </p>
              {advice === null ? null : <p className="text-soft">{advice}</p>}
            </div>
            {outcome === 'skipped' ? null : (
              <span className="text-xs leading-5 text-dim tnum">{t('took', { ms: durationMs })}</span>
            )}
          </li>
        ))}
      </ol>
      {lost.length === 0 ? null : (
        <p className="border-t border-line px-3 py-2 text-xs break-words text-soft">
          {t('others', { list: lost.map(({ address, detail }) => `${address} (${detail})`).join(', ') })}
        </p>
      )}
    </section>
  );
}
