'use client';

/** What a rule watches and over which limit: the fields that count for its type. */
import { useId } from 'react';
import { useTranslations } from 'next-intl';
import { useBrokers } from '../data/use-brokers';
import { useGroups } from '../data/use-groups';
import { useTopics } from '../data/use-topics';
import { useClusterId } from '../layout/session-context';
import { CheckField, SelectField, TextField } from '../ui/field';
import { NumberField } from './number-field';
import { changeType, has, ruleTypes, typeForms, type RuleDraft } from './rule-draft';

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
        {type === 'group-lag' ? <TopicOfGroup {...props} /> : null}
        {has(type, 'topic') && type !== 'group-lag' ? <TopicField {...props} /> : null}
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
  const groups = useGroups(useClusterId()).data?.items ?? [];
  return (
    <>
      <TextField
        label={t('group')}
        help={t('groupHelp')}
        error={problems['group']}
        value={input.group ?? ''}
        list={listId}
        placeholder={t('everyGroup')}
        onChange={(event) => set({ group: textOrNull(event.target.value), topic: null })}
      />
      <datalist id={listId}>
        {groups.map((group) => (
          <option key={group.id} value={group.id} />
        ))}
      </datalist>
    </>
  );
}

function TopicOfGroup({ input, set, problems }: ConditionProps) {
  const t = useTranslations('ruleForm');
  const groups = useGroups(useClusterId()).data?.items ?? [];
  const topics = groups.find((group) => group.id === input.group)?.topics ?? [];
  const own = input.topic !== null && !topics.includes(input.topic) ? [input.topic] : [];
  return (
    <SelectField
      label={t('topic')}
      help={t('topicHelp')}
      error={problems['topic']}
      value={input.topic ?? ''}
      onChange={(event) => set({ topic: textOrNull(event.target.value) })}
    >
      <option value="">{t('everyTopic')}</option>
      {[...topics, ...own].map((topic) => (
        <option key={topic} value={topic}>
          {topic}
        </option>
      ))}
    </SelectField>
  );
}

function TopicField({ input, set, problems }: ConditionProps) {
  const t = useTranslations('ruleForm');
  const listId = useId();
  const topics = useTopics(useClusterId()).data?.items ?? [];
  const counts = input.unit === 'partitions';
  return (
    <>
      <TextField
        label={t('topic')}
        help={counts ? t('topicPatternHelp') : t('eachTopicHelp')}
        error={problems['topic']}
        value={input.topic ?? ''}
        list={listId}
        placeholder={counts ? t('wholeCluster') : t('eachTopic')}
        onChange={(event) => set({ topic: textOrNull(event.target.value) })}
      />
      <datalist id={listId}>
        {topics.map((topic) => (
          <option key={topic.name} value={topic.name} />
        ))}
      </datalist>
    </>
  );
}

function BrokerField({ input, set, problems }: ConditionProps) {
  const t = useTranslations('ruleForm');
  const known = (useBrokers(useClusterId()).data?.items ?? []).map(({ id }) => id);
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

function Limits({ input, set, problems }: ConditionProps) {
  const t = useTranslations('ruleForm');
  const isLag = input.type === 'group-lag';
  const { units } = typeForms[input.type];
  const limitWrong = input.threshold === null || Number.isNaN(input.threshold);
  return (
    <>
      <NumberField
        label={isLag ? t('threshold') : t('limit')}
        help={isLag && input.unit === 'records' ? t('thresholdHelp') : t('limitHelp')}
        error={problems['threshold'] ?? (limitWrong ? t('thresholdWrong') : undefined)}
        unit={units.length > 1 ? undefined : unitName(t, input.unit)}
        value={input.threshold}
        onValue={(threshold) => set({ threshold })}
      />
      {units.length > 1 ? (
        <SelectField
          label={t('unit')}
          error={problems['unit']}
          value={input.unit}
          onChange={(event) => set({ unit: event.target.value })}
        >
          {units.map((unit) => (
            <option key={unit} value={unit}>
              {unitName(t, unit)}
            </option>
          ))}
        </SelectField>
      ) : null}
      {has(input.type, 'recoverAt') ? (
        <NumberField
          label={t('recoverAt')}
          help={t('recoverAtHelp')}
          error={problems['recoverAt'] ?? wrong(input.recoverAt, t('optionalNumber'))}
          unit={unitName(t, input.unit)}
          value={input.recoverAt}
          onValue={(recoverAt) => set({ recoverAt })}
        />
      ) : null}
    </>
  );
}

function unitName(t: ReturnType<typeof useTranslations<'ruleForm'>>, unit: string): string {
  const names = ['records', 'seconds', 'bytes', 'percent', 'partitions', 'messages/s'] as const;
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
  const words = useTranslations('alerts');
  const chosen = input.statuses ?? [];
  return (
    <fieldset className="flex flex-wrap gap-x-5 gap-y-2">
      <legend className="mb-2 text-sm font-medium text-ink">{t('statuses')}</legend>
      {statuses.map((status) => (
        <CheckField
          key={status}
          label={words(`statusName.${status}`)}
          checked={chosen.includes(status)}
          onChange={(event) =>
            set({
              statuses: event.target.checked ? [...chosen, status] : chosen.filter((each) => each !== status),
            })
          }
        />
      ))}
      {chosen.length === 0 ? <p className="w-full text-xs text-bad">{t('statusesMissing')}</p> : null}
    </fieldset>
  );
}
