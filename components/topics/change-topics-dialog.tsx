'use client';

/**
 * One change of many topics: the question, a table of what would happen to each, then the button that does it, and a table of what
 * became of each. What takes records away asks for the number of topics, and deletion for the token, which leaves its field with
 * every refusal.
 */
import { useId, useState, type FormEvent } from 'react';
import { useTranslations } from 'next-intl';
import type { ChangeTopicsInput, TopicChanges, TopicsAction } from '../../console/contracts/topic-changes';
import { isProblem } from '../data/api-client';
import { fieldErrors, useProblemWords } from '../data/problem-words';
import { useChangeTopics } from '../data/use-topics';
import { useClusterId } from '../layout/session-context';
import { AskedDialog } from '../ui/asked-dialog';
import { Button } from '../ui/button';
import { DialogBody, DialogFoot } from '../ui/dialog';
import { TextField } from '../ui/field';
import { Notice } from '../ui/notice';
import { ChangeQuestion } from './change-question';
import { ChangedTopics } from './changed-topics';
import { ObstacleNotice, useDeletionObstacle } from './deletion-obstacle';
import { emptyAnswers, isAnswered, questionOf, type ChangeAnswers } from './topics-question';

interface ChangeTopicsDialogProps {
  asked: { readonly action: TopicsAction; readonly topics: readonly string[] } | null;
  onClose: () => void;
  /** Once something was done, or may have been. */
  onDone: () => void;
}

export function ChangeTopicsDialog({ asked, onClose, onDone }: ChangeTopicsDialogProps) {
  const t = useTranslations('changeTopics');
  return (
    <AskedDialog
      asked={asked}
      onClose={onClose}
      shellOf={({ action, topics }) => ({
        title: t(`titles.${action}`, { count: topics.length }),
        description: t(`meanings.${action}`),
        wide: true,
        form: <ChangeForm action={action} topics={topics} onClose={onClose} onDone={onDone} />,
      })}
    />
  );
}

type FormProps = NonNullable<ChangeTopicsDialogProps['asked']> &
  Pick<ChangeTopicsDialogProps, 'onClose' | 'onDone'>;

const destroys = (action: TopicsAction): boolean => action === 'purge' || action === 'delete';

function ChangeForm({ action, topics, onClose, onDone }: FormProps) {
  const t = useTranslations('changeTopics');
  const formId = useId();
  const clusterId = useClusterId();
  const preview = useChangeTopics(clusterId);
  const change = useChangeTopics(clusterId);
  const [answers, setAnswers] = useState<ChangeAnswers>(emptyAnswers);
  const [tried, setTried] = useState(false);
  const obstacle = useDeletionObstacle(action === 'delete');
  const planned = preview.data?.items.filter(({ outcome }) => outcome === 'planned').length ?? 0;
  const set = (next: Partial<ChangeAnswers>): void => {
    setAnswers((before) => ({ ...before, ...next }));
    if (next.confirm !== undefined || next.token !== undefined) return;
    preview.reset();
    change.reset();
  };
  const ask = (dryRun: boolean): ChangeTopicsInput => questionOf(action, [...topics], answers, dryRun);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (obstacle === null && isAnswered(action, answers)) preview.mutate(ask(true));
  };
  const run = (): void =>
    change.mutate(ask(false), {
      onSuccess: onDone,
      onError: () => setAnswers((before) => ({ ...before, token: '' })),
    });
  const isConfirmed =
    !destroys(action) ||
    (answers.confirm === String(topics.length) && (action !== 'delete' || answers.token !== ''));
  return (
    <>
      <DialogBody>
        {change.data !== undefined ? (
          <Outcome told={change.data} />
        ) : (
          <form id={formId} onSubmit={submit} noValidate className="flex flex-col gap-4">
            <ObstacleNotice obstacle={obstacle} />
            <ChangeQuestion action={action} answers={answers} set={set} tried={tried} />
            {preview.data === undefined ? null : <ChangedTopics told={preview.data} />}
            {preview.data !== undefined && planned > 0 && destroys(action) ? (
              <Confirmation
                action={action}
                count={topics.length}
                answers={answers}
                set={set}
                error={change.error}
              />
            ) : null}
          </form>
        )}
        <Failure error={change.error ?? preview.error} />
      </DialogBody>
      <DialogFoot>
        <Button onClick={onClose}>{t(change.data === undefined ? 'cancel' : 'close')}</Button>
        {change.data !== undefined ? null : preview.data === undefined ? (
          <Button
            tone="primary"
            type="submit"
            form={formId}
            busy={preview.isPending}
            disabled={obstacle !== null}
          >
            {t('preview')}
          </Button>
        ) : (
          <Button
            tone={destroys(action) ? 'danger' : 'primary'}
            busy={change.isPending}
            disabled={planned === 0 || !isConfirmed || obstacle !== null}
            onClick={run}
          >
            {planned === 0 ? t('nothingToDo') : t(`submit.${action}`, { count: planned })}
          </Button>
        )}
      </DialogFoot>
    </>
  );
}

function Failure({ error }: { error: unknown }) {
  const words = useProblemWords();
  const isBeside = error === null || isProblem(error, 'confirm') || isProblem(error, 'wrong-topic-token');
  if (isBeside) return null;
  const fields = Object.entries(fieldErrors(error));
  const title = fields.length === 0 ? words(error) : fields.map(([, message]) => message).join('; ');
  return <Notice alert tone="bad" title={title} />;
}

interface ConfirmationProps {
  action: TopicsAction;
  count: number;
  answers: ChangeAnswers;
  set: (next: Partial<ChangeAnswers>) => void;
  error: unknown;
}

function Confirmation({ action, count, answers, set, error }: ConfirmationProps) {
  const t = useTranslations('changeTopics');
  const words = useProblemWords();
  return (
    <>
      <TextField
        label={t('confirm', { count })}
        error={isProblem(error, 'confirm') ? words(error) : undefined}
        inputMode="numeric"
        autoComplete="off"
        value={answers.confirm}
        onChange={(event) => set({ confirm: event.target.value.trim() })}
      />
      {action === 'delete' ? (
        <TextField
          label={t('token')}
          help={t('tokenHelp')}
          error={isProblem(error, 'wrong-topic-token') ? words(error) : undefined}
          type="password"
          autoComplete="off"
          value={answers.token}
          onChange={(event) => set({ token: event.target.value })}
        />
      ) : null}
    </>
  );
}

function Outcome({ told }: { told: TopicChanges }) {
  const t = useTranslations('changeTopics');
  const count = (outcome: string): number => told.items.filter((item) => item.outcome === outcome).length;
  const [done, refused, unknown] = [count('done'), count('refused'), count('unknown')];
  const tone = unknown > 0 ? 'bad' : refused > 0 ? 'warn' : 'ok';
  return (
    <>
      <Notice tone={tone} title={t('done', { count: done })}>
        {refused + unknown === 0 ? undefined : t('notDone', { refused, unknown })}
      </Notice>
      <ChangedTopics told={told} />
    </>
  );
}
