/** What the colours of the landscape mean, in words, beside its title. */
import { useLocale, useTranslations } from 'next-intl';
import { formatDuration } from '../format/duration';
import { formatCount } from '../format/quantity';
import { levelLooks } from './landscape-canvas';
import { levelFrom, type LandscapeUnit } from './landscape-rows';

export function LandscapeLegend({ unit }: { unit: LandscapeUnit }) {
  const t = useTranslations('landscape');
  const locale = useLocale();
  const wordsOf = (level: number): string => {
    const from = levelFrom(unit, level);
    if (from === null) return t('keepsUp');
    return unit === 'seconds' ? formatDuration(from * 1000, locale) : formatCount(from);
  };
  return (
    <ul
      aria-label={t('legend')}
      className="flex flex-wrap items-center gap-x-2.5 gap-y-0.5 text-xs text-dim tnum"
    >
      {levelLooks.map(({ token, share }, level) => (
        <li key={level} className="flex items-center gap-1">
          <span
            aria-hidden
            className="size-2.5 rounded-[1px]"
            style={{ background: `var(${token})`, opacity: share }}
          />
          {level === 0 ? '' : '≥ '}
          {wordsOf(level)}
        </li>
      ))}
      <li className="flex items-center gap-1">
        <span aria-hidden className="hatched size-2.5 rounded-[1px]" />
        {t('notKnown')}
      </li>
    </ul>
  );
}
