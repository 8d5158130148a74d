'use client';

/**
 * Moving what a group has committed: where to, a table of what would happen, and only then the button that does it. A change of
 * the question takes the table away, so that nobody confirms what they have not seen.
 */
import { useId, useState, type FormEvent } from 'react';
import { useLocale, useTranslations } from 'next-intl';
import type {
  GroupDetail,
  OffsetReset,
  ResetOffsetsInput,
  ResetTarget,
} from '../../console/contracts/groups';
import { fieldErrors, useProblemWords } from '../data/problem-words';
import { formatMoment } from '../format/duration';
import { useResetOffsets } from '../data/use-groups';
import { useClusterId } from '../layout/session-context';
import { needsValue, targetValue } from '../offsets/target-value';
import { TargetValueField } from '../offsets/target-value-field';
import { Button } from '../ui/button';
import { DialogBody, DialogFoot } from '../ui/dialog';
import { SelectField } from '../ui/field';
import { Notice } from '../ui/notice';
import { toast } from '../ui/toaster';
import { OffsetMoves } from './offset-moves';

const targets: readonly ResetTarget[] = ['earliest', 'latest', 'timestamp', 'duration', 'offset', 'shift'];

export function ResetOffsetsForm({ group, onClose }: { group: GroupDetail; onClose: () => void }) {
  const t = useTranslations('resetOffsets');
  const locale = useLocale();
  const formId = useId();
  const words = useProblemWords();
  const clusterId = useClusterId();
  const preview = useResetOffsets(clusterId, group.id);
  const move = useResetOffsets(clusterId, group.id);
  const [topic, setTopic] = useState(group.topics[0] ?? '');
  const [to, setTo] = useState<ResetTarget>('earliest');
  const [text, setText] = useState('');
  const [tried, setTried] = useState(false);
  const value = targetValue(to, text);
  const planned: OffsetReset | undefined = preview.data;
  const failure = move.error ?? preview.error;
  const problems = fieldErrors(failure);

  const ask: ResetOffsetsInput = {
    topic,
    to,
    ...(value === undefined || value === null ? {} : { value }),
  };
  // A moment that was shown is the moment that is meant: "two hours ago" is another one when somebody has looked at the table.
  const confirmed: ResetOffsetsInput =
    planned?.timestamp == null ? ask : { topic, to: 'timestamp', value: planned.timestamp };
  const changed = (): void => {
    preview.reset();
    move.reset();
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (value !== null) preview.mutate({ ...ask, dryRun: true });
  };
  const doIt = (): void =>
    move.mutate(
      { ...confirmed, dryRun: false },
      {
        onSuccess: ({ partitions }) => {
          onClose();
          toast(
            t('moved', { id: group.id, count: partitions.filter((each) => each.newOffset !== null).length }),
          );
        },
      },
    );
  const moving = planned?.partitions.filter(
    (each) => each.newOffset !== null && each.newOffset !== each.oldOffset,
  );
  return (
    <>
      <DialogBody>
        <form id={formId} onSubmit={submit} noValidate className="grid items-start gap-4 sm:grid-cols-2">
          <SelectField
            label={t('topic')}
            error={problems['topic']}
            value={topic}
            onChange={(event) => {
              setTopic(event.target.value);
              changed();
            }}
          >
            {group.topics.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </SelectField>
          <SelectField
            label={t('to')}
            help={t(`help.${to}`)}
            error={problems['to']}
            value={to}
            onChange={(event) => {
              setTo(targets.find((each) => each === event.target.value) ?? 'earliest');
              setText('');
              setTried(false);
              changed();
            }}
          >
            {targets.map((each) => (
              <option key={each} value={each}>
                {t(`targets.${each}`)}
              </option>
            ))}
          </SelectField>
          {needsValue(to) ? (
            <TargetValueField
              to={to}
              text={text}
              onText={(next) => {
                setText(next);
                changed();
              }}
              wrong={tried && value === null}
              error={problems['value']}
            />
          ) : null}
        </form>
        {planned === undefined || to !== 'duration' || planned.timestamp === null ? null : (
          <p className="text-sm text-soft">
            {t('durationMeans', { at: formatMoment(planned.timestamp, locale) })}
          </p>
        )}
        {planned === undefined ? null : <OffsetMoves moves={planned.partitions} />}
        {failure !== null && Object.keys(problems).length === 0 ? (
          <Notice alert tone="bad" title={words(failure)} />
        ) : null}
      </DialogBody>
      <DialogFoot>
        <Button onClick={onClose}>{t('cancel')}</Button>
        {planned === undefined ? (
          <Button tone="primary" type="submit" form={formId} busy={preview.isPending}>
            {t('preview')}
          </Button>
        ) : (
          <Button tone="danger" busy={move.isPending} disabled={moving?.length === 0} onClick={doIt}>
            {t('move', { count: moving?.length ?? 0 })}
          </Button>
        )}
      </DialogFoot>
    </>
  );
}
