'use client';

/** The fields that every rule has: for how long, how severe, how often it reminds, and whom it tells. */
import { useLocale, useTranslations } from 'next-intl';
import type { AlertLevel } from '../../console/contracts/alerts';
import type { Channel } from '../../console/contracts/channels';
import { formatDuration } from '../format/duration';
import { CheckField, SelectField } from '../ui/field';
import type { RuleDraft } from './rule-draft';

const levels: readonly AlertLevel[] = ['P0', 'P1', 'P2', 'P3'];
const durations = [0, 60, 120, 300, 600, 1800, 3600] as const;
const repeats = [0, 900, 1800, 3600, 14_400, 86_400] as const;

/** How many messages there are at most, the first one counted. */
const mostTimes = [2, 3, 5, 10, 20] as const;

/** A number that is not among the usual ones (set over the API) is offered too. */
const withOwn = (usual: readonly number[], own: number): number[] =>
  usual.includes(own) ? [...usual] : [...usual, own].sort((a, b) => a - b);

interface RuleFieldsProps {
  input: RuleDraft;
  set: (change: Partial<RuleDraft>) => void;
}

interface RuleTimesProps extends RuleFieldsProps {
  problems: Readonly<Record<string, string>>;
}

export function RuleTimes({ input, set, problems }: RuleTimesProps) {
  const t = useTranslations('ruleForm');
  const locale = useLocale();
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <SelectField
        label={t('for')}
        help={t('forHelp')}
        error={problems['forSeconds']}
        value={input.forSeconds}
        onChange={(event) => set({ forSeconds: Number(event.target.value) })}
      >
        {withOwn(durations, input.forSeconds).map((seconds) => (
          <option key={seconds} value={seconds}>
            {seconds === 0 ? t('atOnce') : formatDuration(seconds * 1000, locale)}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t('level')}
        help={t('levelHelp')}
        value={input.level}
        onChange={(event) => set({ level: levels.find((each) => each === event.target.value) ?? 'P2' })}
      >
        {levels.map((level) => (
          <option key={level} value={level}>
            {t(`levels.${level}`)}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t('repeat')}
        help={t('repeatHelp')}
        value={input.repeatSeconds}
        onChange={(event) => set({ repeatSeconds: Number(event.target.value) })}
      >
        {withOwn(repeats, input.repeatSeconds).map((seconds) => (
          <option key={seconds} value={seconds}>
            {seconds === 0 ? t('never') : t('every', { time: formatDuration(seconds * 1000, locale) })}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t('maxTimes')}
        help={t(input.repeatSeconds === 0 ? 'maxTimesIdle' : 'maxTimesHelp')}
        error={problems['maxTimes']}
        disabled={input.repeatSeconds === 0}
        value={input.maxTimes ?? 0}
        onChange={(event) =>
          set({ maxTimes: event.target.value === '0' ? null : Number(event.target.value) })
        }
      >
        <option value={0}>{t('noMost')}</option>
        {withOwn(mostTimes, input.maxTimes ?? mostTimes[0])
          .filter((count) => count > 0)
          .map((count) => (
            <option key={count} value={count}>
              {t('messages', { count })}
            </option>
          ))}
      </SelectField>
    </div>
  );
}

export function RuleChannels({ input, set, channels }: RuleFieldsProps & { channels: readonly Channel[] }) {
  const t = useTranslations('ruleForm');
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-2 text-sm font-medium text-ink">{t('channels')}</legend>
      {channels.length === 0 ? <p className="text-xs text-dim">{t('noChannels')}</p> : null}
      {channels.map((channel) => (
        <CheckField
          key={channel.id}
          label={channel.name}
          help={channel.type === 'email' ? channel.settings.to.join(', ') : channel.settings.url}
          checked={input.channelIds.includes(channel.id)}
          onChange={(event) =>
            set({
              channelIds: event.target.checked
                ? [...input.channelIds, channel.id]
                : input.channelIds.filter((id) => id !== channel.id),
            })
          }
        />
      ))}
    </fieldset>
  );
}
