'use client';

/**
 * Moving what a group has committed: where to, a table of what would happen, and only then the button that does it. A change of
 * the question takes the table away, so that nobody confirms what they have not seen.
 */
import { useId, useState, type FormEvent } from 'react';
import { useTranslations } from 'next-intl';
import type {
  GroupDetail,
  OffsetReset,
  ResetOffsetsInput,
  ResetTarget,
} from '../../console/contracts/groups';
import { fieldErrors, useProblemWords } from '../data/problem-words';
import { useResetOffsets } from '../data/use-groups';
import { useClusterId } from '../layout/session-context';
import { Button } from '../ui/button';
import { Dialog, DialogBody, DialogFoot } from '../ui/dialog';
import { SelectField, TextField } from '../ui/field';
import { Notice } from '../ui/notice';
import { toast } from '../ui/toaster';
import { OffsetMoves } from './offset-moves';

interface ResetOffsetsDialogProps {
  group: GroupDetail;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

const targets: readonly ResetTarget[] = ['earliest', 'latest', 'timestamp', 'offset', 'shift'];
const withValue: ReadonlySet<ResetTarget> = new Set(['timestamp', 'offset', 'shift']);

export function ResetOffsetsDialog({ group, open, onOpenChange }: ResetOffsetsDialogProps) {
  const t = useTranslations('resetOffsets');
  return (
    <Dialog
      wide
      open={open}
      onOpenChange={onOpenChange}
      title={t('title', { id: group.id })}
      description={t('description')}
    >
      <ResetForm group={group} onClose={() => onOpenChange(false)} />
    </Dialog>
  );
}

/** Null while what was typed is no value of the target. */
function valueOf(to: ResetTarget, text: string): number | undefined | null {
  if (!withValue.has(to)) return undefined;
  const value = to === 'timestamp' ? new Date(text).getTime() : Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) return null;
  if (to === 'timestamp') return value;
  return Number.isInteger(value) && (to === 'shift' || value >= 0) ? value : null;
}

function ResetForm({ group, onClose }: { group: GroupDetail; onClose: () => void }) {
  const t = useTranslations('resetOffsets');
  const formId = useId();
  const words = useProblemWords();
  const clusterId = useClusterId();
  const preview = useResetOffsets(clusterId, group.id);
  const move = useResetOffsets(clusterId, group.id);
  const [topic, setTopic] = useState(group.topics[0] ?? '');
  const [to, setTo] = useState<ResetTarget>('earliest');
  const [text, setText] = useState('');
  const [tried, setTried] = useState(false);
  const value = valueOf(to, text);
  const planned: OffsetReset | undefined = preview.data;
  const failure = move.error ?? preview.error;
  const problems = fieldErrors(failure);

  const ask = (dryRun: boolean): ResetOffsetsInput => ({
    topic,
    to,
    dryRun,
    ...(value === undefined || value === null ? {} : { value }),
  });
  const changed = (): void => {
    preview.reset();
    move.reset();
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (value !== null) preview.mutate(ask(true));
  };
  const doIt = (): void =>
    move.mutate(ask(false), {
      onSuccess: ({ partitions }) => {
        onClose();
        toast(
          t('moved', { id: group.id, count: partitions.filter((each) => each.newOffset !== null).length }),
        );
      },
    });
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
          {withValue.has(to) ? (
            <TextField
              key={to}
              label={t(`values.${to}`)}
              error={problems['value'] ?? (tried && value === null ? t(`valueRules.${to}`) : undefined)}
              type={to === 'timestamp' ? 'datetime-local' : 'text'}
              step={to === 'timestamp' ? 1 : undefined}
              inputMode={to === 'timestamp' ? undefined : 'numeric'}
              value={text}
              onChange={(event) => {
                setText(event.target.value);
                changed();
              }}
            />
          ) : null}
        </form>
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
