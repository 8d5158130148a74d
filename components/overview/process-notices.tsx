'use client';

/** A process of this product that died, is being restarted, or was lately: said plainly, gone after a while. */
import { useLocale, useTranslations } from 'next-intl';
import type { ProcessNotice } from '../../console/contracts/overview';
import { formatDuration } from '../format/duration';
import { Notice } from '../ui/notice';
import { useNow } from '../ui/time';

const REMEMBERED_MS = 15 * 60_000;

function isWorthSaying(process: ProcessNotice, nowMs: number): boolean {
  if (process.state !== 'running') return true;
  return (
    process.restarts > 0 &&
    process.lastExit !== null &&
    nowMs - Date.parse(process.lastExit.at) < REMEMBERED_MS
  );
}

export function ProcessNotices({ processes }: { processes: readonly ProcessNotice[] }) {
  const t = useTranslations('processes');
  const locale = useLocale();
  const now = useNow();
  if (now === 0) return null;
  const how = ({ lastExit }: ProcessNotice): string => {
    if (lastExit === null) return '';
    const ago = formatDuration(now - Date.parse(lastExit.at), locale);
    if (lastExit.signal !== null) return t('signal', { signal: lastExit.signal, ago });
    return t('code', { code: lastExit.code ?? 0, ago });
  };
  return processes
    .filter((process) => isWorthSaying(process, now))
    .map((process) => (
      <Notice
        key={process.name}
        banner
        tone={process.state === 'running' ? 'idle' : process.state === 'starting' ? 'warn' : 'bad'}
        title={t(`state.${process.state}`, { name: process.name })}
      >
        {how(process)} {process.restarts > 0 ? t('restarts', { count: process.restarts }) : null}
      </Notice>
    ));
}
