'use client';

/** What a rule watches and over which limit: the fields that count for its type. */
import { useId } from 'react';
import { useTranslations } from 'next-intl';
import { useBrokers } from '../data/use-brokers';
import { useGroups } from '../data/use-groups';
import { useTopics } from '../data/use-topics';
import { useStatusName } from '../groups/group-status';
import { CheckField, SelectField, TextField } from '../ui/field';
import { NumberField } from './number-field';
import { changeType, changeUnit, has, ruleTypes, typeForms, type RuleDraft } from './rule-draft';

const statuses = ['slow', 'stalled', 'stopped', 'rewound', 'unknown'] as const;

export interface ConditionProps {
  input: RuleDraft;
  set: (change: Partial<RuleDraft>) => void;
  problems: Readonly<Record<string, string>>;
}

const textOrNull = (text: string): string | null => (text === '' ? null : text);

export function RuleCondition(props: ConditionProps) {
  const t = useTranslations('ruleForm');
  const { input, set, problems } = props;
  const { type } = input;
  return (
    <>
      <SelectField
        label={t('type')}
        error={problems['type']}
        value={type}
        onChange={(event) => {
          const chosen = ruleTypes.find((each) => each === event.target.value) ?? type;
          set(changeType(input, chosen));
        }}
      >
        {ruleTypes.map((each) => (
          <option key={each} value={each}>
            {t(`types.${each}`)}
          </option>
        ))}
      </SelectField>
      <div key={type} className="grid gap-4 empty:hidden sm:grid-cols-2">
        {has(type, 'group') ? <GroupField {...props} /> : null}
        {has(type, 'topic') ? <TopicField {...props} /> : null}
        {has(type, 'broker') ? <BrokerField {...props} /> : null}
        {has(type, 'minIsr') ? (
          <NumberField
            label={t('minIsr')}
            help={t('minIsrHelp')}
            error={problems['minIsr'] ?? wrong(input.minIsr, t('optionalNumber'))}
            value={input.minIsr}
            onValue={(minIsr) => set({ minIsr })}
          />
        ) : null}
        {has(type, 'threshold') ? <Limits {...props} /> : null}
        {has(type, 'band') ? <Band {...props} /> : null}
      </div>
      {has(type, 'statuses') ? <Statuses {...props} /> : null}
    </>
  );
}

const wrong = (value: number | null, words: string): string | undefined =>
  value !== null && Number.isNaN(value) ? words : undefined;

function GroupField({ input, set, problems }: ConditionProps) {
  const t = useTranslations('ruleForm');
  const listId = useId();
  const groups = useGroups(input.cluster).data?.items ?? [];
  return (
    <>
      <TextField
        label={t('group')}
        help={t('groupHelp')}
        error={problems['group']}
        value={input.group ?? ''}
        list={listId}
        placeholder={t('everyGroup')}
        onChange={(event) => set({ group: textOrNull(event.target.value) })}
      />
      <datalist id={listId}>
        {groups.map((group) => (
          <option key={group.id} value={group.id} />
        ))}
      </datalist>
    </>
  );
}

const topicHelp = { 'group-lag': 'topicHelp', counts: 'topicPatternHelp', each: 'eachTopicHelp' } as const;
const topicEmpty = { 'group-lag': 'everyTopic', counts: 'wholeCluster', each: 'eachTopic' } as const;

function TopicField({ input, set, problems }: ConditionProps) {
  const t = useTranslations('ruleForm');
  const listId = useId();
  const all = (useTopics(input.cluster).data?.items ?? []).map(({ name }) => name);
  const group = useGroups(input.cluster).data?.items.find(({ id }) => id === input.group);
  const kind =
    input.type === 'group-lag' ? input.type : input.unit === 'partitions' ? 'counts' : ('each' as const);
  return (
    <>
      <TextField
        label={t('topic')}
        help={t(topicHelp[kind])}
        error={problems['topic']}
        value={input.topic ?? ''}
        list={listId}
        placeholder={t(topicEmpty[kind])}
        onChange={(event) => set({ topic: textOrNull(event.target.value) })}
      />
      <datalist id={listId}>
        {(group?.topics ?? all).map((topic) => (
          <option key={topic} value={topic} />
        ))}
      </datalist>
    </>
  );
}

function BrokerField({ input, set, problems }: ConditionProps) {
  const t = useTranslations('ruleForm');
  const known = (useBrokers(input.cluster).data?.items ?? []).map(({ id }) => id);
  const own = input.broker !== null && !known.includes(input.broker) ? [input.broker] : [];
  return (
    <SelectField
      label={t('broker')}
      error={problems['broker']}
      value={input.broker === null ? '' : String(input.broker)}
      onChange={(event) => set({ broker: event.target.value === '' ? null : Number(event.target.value) })}
    >
      <option value="">{t('anyBroker')}</option>
      {[...known, ...own].map((id) => (
        <option key={id} value={id}>
          {id}
        </option>
      ))}
    </SelectField>
  );
}

/** Times and sizes are written with their unit; of the others it stands in the field. */
const isWritten = (unit: string): boolean => unit === 'seconds' || unit === 'bytes';

function Limits({ input, set, problems }: ConditionProps) {
  const t = useTranslations('ruleForm');
  const { type, unit, threshold, recoverAt } = input;
  const { units } = typeForms[type];
  const isWrong = threshold === null || Number.isNaN(threshold);
  const wrongWords = unit === 'seconds' || unit === 'bytes' ? t(`wrong.${unit}`) : t('thresholdWrong');
  const shared = { of: unit, unit: isWritten(unit) ? undefined : unitName(t, unit) };
  return (
    <>
      {units.length > 1 ? (
        <SelectField
          label={t('unit')}
          error={problems['unit']}
          value={unit}
          onChange={(event) => set(changeUnit(input, event.target.value))}
        >
          {units.map((each) => (
            <option key={each} value={each}>
              {countedIn(t, each)}
            </option>
          ))}
        </SelectField>
      ) : null}
      <NumberField
        key={`limit ${unit}`}
        {...shared}
        label={type === 'group-lag' ? t('threshold') : t('limit')}
        help={limitHelp(t, type, unit)}
        error={problems['threshold'] ?? (isWrong ? wrongWords : undefined)}
        value={threshold}
        onValue={(value) => set({ threshold: value })}
      />
      {has(type, 'recoverAt') ? (
        <NumberField
          key={`recovered ${unit}`}
          {...shared}
          label={t('recoverAt')}
          help={t('recoverAtHelp')}
          error={
            problems['recoverAt'] ?? wrong(recoverAt, isWritten(unit) ? wrongWords : t('optionalNumber'))
          }
          value={recoverAt}
          onValue={(value) => set({ recoverAt: value })}
        />
      ) : null}
    </>
  );
}

function countedIn(t: Words, unit: string): string {
  const named = (['records', 'seconds', 'percent', 'bytes'] as const).find((each) => each === unit);
  return named === undefined ? unit : t(`counted.${named}`);
}

function limitHelp(t: Words, type: RuleDraft['type'], unit: string): string {
  if (type === 'group-lag' && unit === 'records') return t('thresholdHelp');
  if (type === 'group-lag') return t('secondsHelp');
  return type === 'collector-blind' ? t('blindHelp') : t('limitHelp');
}

type Words = ReturnType<typeof useTranslations<'ruleForm'>>;

function unitName(t: Words, unit: string): string {
  const names = ['records', 'percent', 'partitions', 'messages/s'] as const;
  const name = names.find((each) => each === unit);
  return name === undefined ? unit : t(`units.${name}`);
}

function Band({ input, set, problems }: ConditionProps) {
  const t = useTranslations('ruleForm');
  const unit = unitName(t, input.unit);
  const nothing = input.min === null && input.max === null ? t('bandMissing') : undefined;
  return (
    <>
      <NumberField
        label={t('min')}
        error={problems['min'] ?? wrong(input.min, t('optionalNumber')) ?? nothing}
        unit={unit}
        value={input.min}
        onValue={(min) => set({ min })}
      />
      <NumberField
        label={t('max')}
        error={problems['max'] ?? wrong(input.max, t('optionalNumber'))}
        unit={unit}
        value={input.max}
        onValue={(max) => set({ max })}
      />
    </>
  );
}

function Statuses({ input, set }: ConditionProps) {
  const t = useTranslations('ruleForm');
  const statusName = useStatusName();
  const meaning = useTranslations('groupStatus');
  const chosen = input.statuses ?? [];
  return (
    <fieldset className="grid gap-x-5 gap-y-2.5 sm:grid-cols-2">
      <legend className="mb-2 text-sm font-medium text-ink">{t('statuses')}</legend>
      {statuses.map((status) => (
        <CheckField
          key={status}
          label={statusName(status)}
          help={meaning(`meaning.${status}`)}
          checked={chosen.includes(status)}
          onChange={(event) =>
            set({
              statuses: event.target.checked ? [...chosen, status] : chosen.filter((each) => each !== status),
            })
          }
        />
      ))}
      {chosen.length === 0 ? <p className="text-xs text-bad sm:col-span-2">{t('statusesMissing')}</p> : null}
    </fieldset>
  );
}
