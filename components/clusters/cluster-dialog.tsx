'use client';

/** Adding a cluster, or changing one that was added: the form, a test that keeps nothing, and saving. */
import { useId, useState, type FormEvent } from 'react';
import { useTranslations } from 'next-intl';
import type { ClusterDetail } from '../../console/contracts/clusters';
import { fieldErrors, useProblemWords } from '../data/problem-words';
import { useClusterDetail, useClusters, useSaveCluster, useTestCluster } from '../data/use-clusters';
import { Button } from '../ui/button';
import { Dialog, DialogBody, DialogFoot } from '../ui/dialog';
import { ErrorState } from '../ui/error-state';
import { CheckField } from '../ui/field';
import { Notice } from '../ui/notice';
import { Skeleton } from '../ui/skeleton';
import { toast } from '../ui/toaster';
import { ClusterMetrics, ClusterPlace, ClusterSasl, ClusterTls } from './cluster-fields';
import { addressesOf, emptyForm, formOf, inputOf, type ClusterForm as Form } from './cluster-form-state';
import { ClusterTestSteps } from './cluster-test-steps';
import { NEW_CLUSTER } from './new-cluster';

interface ClusterDialogProps {
  /** The id of one to change, or NEW_CLUSTER. */
  editing: string;
  onClose: () => void;
  onSaved?: ((cluster: ClusterDetail) => void) | undefined;
}

export function ClusterDialog({ editing, onClose, onSaved }: ClusterDialogProps) {
  const t = useTranslations('clusterForm');
  const isNew = editing === NEW_CLUSTER;
  const name = useClusters().data?.items.find(({ id }) => id === editing)?.name;
  return (
    <Dialog
      wide
      open
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={isNew ? t('newTitle') : t('editTitle', { name: name ?? editing })}
      description={isNew ? t('description') : undefined}
    >
      {isNew ? (
        <ClusterForm id={null} initial={emptyForm} onClose={onClose} onSaved={onSaved} />
      ) : (
        <StoredCluster id={editing} onClose={onClose} onSaved={onSaved} />
      )}
    </Dialog>
  );
}

type FormProps = Pick<ClusterDialogProps, 'onClose' | 'onSaved'>;

function StoredCluster({ id, ...rest }: { id: string } & FormProps) {
  const t = useTranslations('clusterForm');
  const detail = useClusterDetail(id);
  if (detail.isError)
    return <ErrorState title={t('failed')} error={detail.error} onRetry={() => void detail.refetch()} />;
  if (detail.data === undefined) {
    return (
      <DialogBody>
        <Skeleton className="w-1/2" />
        <Skeleton className="w-2/3" />
      </DialogBody>
    );
  }
  return <ClusterForm id={id} initial={formOf(detail.data)} {...rest} />;
}

/** The first error of a field or of anything inside it: `bootstrap.1` belongs to `bootstrap`. */
function errorUnder(problems: Readonly<Record<string, string>>, path: string): string | undefined {
  return Object.entries(problems).find(([name]) => name === path || name.startsWith(`${path}.`))?.[1];
}

function ClusterForm({ id, initial, onClose, onSaved }: { id: string | null; initial: Form } & FormProps) {
  const t = useTranslations('clusterForm');
  const formId = useId();
  const words = useProblemWords();
  const save = useSaveCluster();
  const test = useTestCluster();
  const [form, setForm] = useState(initial);
  const [tried, setTried] = useState<'save' | 'test' | null>(null);
  const last = tried === 'test' ? test : save;
  const problems = fieldErrors(last.error);

  const missing: Readonly<Record<string, string>> = {
    ...(form.name.trim() === '' && tried === 'save' ? { name: t('nameMissing') } : {}),
    ...(addressesOf(form.bootstrap).length === 0 ? { bootstrap: t('bootstrapMissing') } : {}),
    ...(form.mechanism !== null && form.username === '' ? { 'sasl.username': t('needed') } : {}),
    ...(form.mechanism !== null && form.password === '' ? { 'sasl.password': t('needed') } : {}),
  };
  const errorOf = (path: string): string | undefined =>
    (tried === null ? undefined : missing[path]) ?? errorUnder(problems, path);
  const set = (change: Partial<Form>): void => {
    setForm((before) => ({ ...before, ...change }));
    if (test.data !== undefined) test.reset();
  };

  const begin = (what: 'save' | 'test'): boolean => {
    setTried(what);
    const needsName = what === 'save' && form.name.trim() === '';
    return !needsName && Object.keys(missing).every((field) => field === 'name');
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!begin('save')) return;
    save.mutate(
      { id, cluster: inputOf(form) },
      {
        onSuccess: (saved) => {
          onClose();
          toast(t(id === null ? 'added' : 'saved', { name: saved.name }));
          onSaved?.(saved);
        },
      },
    );
  };
  const otherError = last.isError && Object.keys(problems).length === 0;
  return (
    <>
      <DialogBody>
        <form id={formId} onSubmit={submit} className="flex flex-col gap-4" noValidate>
          <ClusterPlace form={form} set={set} errorOf={errorOf} />
          <ClusterTls form={form} set={set} errorOf={errorOf} />
          <ClusterSasl form={form} set={set} errorOf={errorOf} />
          <ClusterMetrics form={form} set={set} errorOf={errorOf} />
          <CheckField
            label={t('readOnly')}
            help={t('readOnlyHelp')}
            checked={form.readOnly}
            onChange={(event) => set({ readOnly: event.target.checked })}
          />
        </form>
        {test.isPending ? <Notice tone="idle" title={t('testing')} /> : null}
        {test.data === undefined ? null : <ClusterTestSteps test={test.data} />}
        {otherError ? <Notice alert tone="bad" title={words(last.error)} /> : null}
      </DialogBody>
      <DialogFoot>
        <Button
          className="mr-auto"
          busy={test.isPending}
          onClick={() => {
            if (begin('test')) test.mutate({ id, cluster: inputOf(form) });
          }}
        >
          {t('test')}
        </Button>
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button tone="primary" type="submit" form={formId} busy={save.isPending}>
          {t(id === null ? 'add' : 'save')}
        </Button>
      </DialogFoot>
    </>
  );
}
