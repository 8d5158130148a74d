'use client';

/**
 * The wall board: one screen that reads from five metres and has nothing to click but the way out. How the cluster is comes first, in a
 * word, a shape and a colour; then its numbers with their last hour; then what is wrong, or that nothing is. Sizes follow the screen.
 */
import { Expand, X } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import type { Overview } from '../../console/contracts/overview';
import { useOverviewAge } from '../data/overview-age';
import { useFiringCount } from '../data/use-alerts';
import { useOverview } from '../data/use-overview';
import { formatAge, formatClock } from '../format/duration';
import { saidOnce, useFactWords } from '../overview/health-facts';
import { useClusterId, usePaths, useSession } from '../layout/session-context';
import { Button, buttonStyle } from '../ui/button';
import { cn } from '../ui/cn';
import { PageLink } from '../ui/page-link';
import { StatusMark, toneText, type Tone } from '../ui/status';
import { useNow } from '../ui/time';
import { WallGroups } from './wall-groups';
import { WallNumbers } from './wall-numbers';

const tones: Record<Overview['health']['level'], Tone> = {
  ok: 'ok',
  warning: 'warn',
  broken: 'bad',
  unknown: 'unknown',
};
const MOST_FACTS = 5;

function Head({ overview }: { overview: Overview | undefined }) {
  const t = useTranslations('wall');
  const health = useTranslations('health');
  const locale = useLocale();
  const { cluster } = useSession();
  const now = useNow();
  const ageMs = useOverviewAge(overview);
  const level = overview?.health.level ?? 'unknown';
  const tone = tones[level];
  return (
    <header className="flex flex-wrap items-center gap-x-[2vw] gap-y-2">
      <StatusMark tone={tone} className="size-[clamp(2rem,4.5vw,6rem)]" />
      <h1 className="min-w-0 flex-1 text-[clamp(1.75rem,4.2vw,6rem)] leading-tight font-medium tracking-[-0.02em]">
        <span className={tone === 'ok' ? 'text-ink' : toneText[tone]}>{health(`level.${level}`)}</span>
      </h1>
      <p className="text-right text-[clamp(1rem,1.7vw,2.5rem)] leading-snug text-soft tnum">
        <span className="font-medium text-ink">{cluster.name}</span>
        {' · '}
        {now === 0 ? '…' : formatClock(now, false)}
        <br />
        <span className="text-dim">{ageMs === null ? '…' : t('age', { age: formatAge(ageMs, locale) })}</span>
      </p>
    </header>
  );
}

function Wrong({ overview }: { overview: Overview | undefined }) {
  const t = useTranslations('wall');
  const words = useFactWords();
  const said = saidOnce(overview?.health.facts ?? []);
  return (
    <section aria-labelledby="wall-wrong" className="min-w-0 flex-[3]">
      <h2 id="wall-wrong" className="text-[clamp(0.875rem,1.2vw,1.75rem)] text-dim">
        {t('wrong')}
      </h2>
      {said.length === 0 ? (
        <p className="mt-[1vh] text-[clamp(1.125rem,2vw,3rem)] text-soft">
          {overview === undefined ? '…' : t('nothing')}
        </p>
      ) : (
        <ul className="mt-[1vh] flex flex-col gap-[1.2vh] text-[clamp(1.125rem,1.9vw,2.75rem)] leading-snug text-ink">
          {said.slice(0, MOST_FACTS).map(({ fact, count }, index) => (
            <li key={`${fact.kind} ${index}`} className="break-words">
              {words(fact, count)}
            </li>
          ))}
          {said.length > MOST_FACTS ? (
            <li className="text-dim">{t('more', { count: said.length - MOST_FACTS })}</li>
          ) : null}
        </ul>
      )}
    </section>
  );
}

export function WallPage() {
  const t = useTranslations('wall');
  const paths = usePaths();
  const overview = useOverview(useClusterId()).data;
  const firing = useFiringCount().data;
  return (
    <div className="relative flex min-h-dvh flex-col gap-[3vh] px-[max(1rem,2.5vw)] py-[3vh] max-md:pb-12">
      <Head overview={overview} />
      <WallNumbers overview={overview} firing={firing} />
      <div className="flex flex-1 gap-[3vw] max-md:flex-col">
        <Wrong overview={overview} />
        <WallGroups overview={overview} />
      </div>
      <nav
        aria-label={t('controls')}
        className="absolute right-2 bottom-2 flex gap-1 opacity-60 focus-within:opacity-100 hover:opacity-100"
      >
        <Button
          tone="ghost"
          size="icon-sm"
          aria-label={t('fullScreen')}
          onClick={() => void document.documentElement.requestFullscreen().catch(() => undefined)}
        >
          <Expand aria-hidden className="size-4" />
        </Button>
        <PageLink
          href={paths.overview}
          aria-label={t('leave')}
          className={cn(buttonStyle({ tone: 'ghost', size: 'icon-sm' }))}
        >
          <X aria-hidden className="size-4" />
        </PageLink>
      </nav>
    </div>
  );
}
