'use client';

/** What Kafka tells of a setting before somebody changes it: its documentation, what it takes, and every place that sets it. */
import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { ExplainedConfig } from '../../console/contracts/configs';
import { useProblemWords } from '../data/problem-words';
import { formatCount } from '../format/quantity';
import { Notice } from '../ui/notice';
import { Skeleton } from '../ui/skeleton';
import { settingFacts } from './setting-facts';
import { useMeaningWords, useSourceWords } from './value-words';

export function ConfigExplained({ answer }: { answer: UseQueryResult<ExplainedConfig> }) {
  const t = useTranslations('configs');
  const words = useProblemWords();
  if (answer.isError)
    return (
      <Notice tone="warn" title={t('notExplained')}>
        {words(answer.error)}
      </Notice>
    );
  const config = answer.data;
  if (config === undefined) {
    return (
      <div className="flex h-44 flex-col gap-2">
        <Skeleton />
        <Skeleton className="w-4/5" />
        <Skeleton className="w-1/2" />
      </div>
    );
  }
  return (
    <>
      {config.documentation === null ? (
        <p className="text-sm text-dim">{t('noDocumentation')}</p>
      ) : (
        <p
          lang="en"
          tabIndex={0}
          role="region"
          aria-label={t('documentation')}
          className="max-h-40 shrink-0 overflow-y-auto text-sm whitespace-pre-line text-soft"
        >
          {config.documentation}
        </p>
      )}
      <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1.5 text-sm">
        <dt className="text-dim">{t('takes')}</dt>
        <dd className="min-w-0 text-soft">
          <Takes config={config} />
        </dd>
        {config.levels.length === 0 ? null : (
          <>
            <dt className="text-dim">{t('levels')}</dt>
            <dd className="min-w-0">
              <Levels config={config} />
            </dd>
          </>
        )}
      </dl>
    </>
  );
}

function Takes({ config: { name, type } }: { config: ExplainedConfig }) {
  const t = useTranslations('configs');
  const { choices, least, most } = settingFacts(name);
  const kind = t(`types.${type ?? 'unknown'}`);
  if (choices !== null) {
    const listed = choices.map((choice, index) => (
      <span key={choice}>
        {index === 0 ? '' : ', '}
        <code className="text-ink">{choice}</code>
      </span>
    ));
    return (
      <>
        {t(type === 'list' ? 'anyOf' : 'oneOf')} {listed}
      </>
    );
  }
  if (least === null) return <>{kind}</>;
  const from = formatCount(least);
  return (
    <>{most === null ? t('atLeast', { kind, from }) : t('between', { kind, from, to: formatCount(most) })}</>
  );
}

/** The first one is in effect; what stands below it would be without it. */
function Levels({ config }: { config: ExplainedConfig }) {
  const t = useTranslations('configs');
  const wordsOf = useMeaningWords();
  const sourceOf = useSourceWords();
  return (
    <ol className="flex flex-col gap-1">
      {config.levels.map(({ name, value, source }, index) => {
        const words = wordsOf(name, value);
        return (
          <li key={`${source} ${name}`} className={index === 0 ? 'text-ink' : 'text-dim'}>
            {config.sensitive ? (
              t('hidden')
            ) : (
              <code className="break-all">{value === null || value === '' ? t('empty') : value}</code>
            )}
            {words === null ? '' : ` (${words})`}
            {', '}
            {sourceOf(source)}
            {name === config.name ? null : (
              <>
                {': '}
                <code className="break-all">{name}</code>
              </>
            )}
            {index === 0 ? <span className="ml-2 text-xs text-soft">{t('inEffect')}</span> : null}
          </li>
        );
      })}
    </ol>
  );
}
