'use client';

/** One setting of a running broker: what it is, what it shall be, or back to what holds without it. Kafka's refusal is shown as it came. */
import { useId, useState, type FormEvent } from 'react';
import { useTranslations } from 'next-intl';
import type { Config } from '../../console/contracts/configs';
import { useProblemWords } from '../data/problem-words';
import { useChangeBroker } from '../data/use-brokers';
import { useClusterId } from '../layout/session-context';
import { Button } from '../ui/button';
import { Dialog, DialogBody, DialogFoot } from '../ui/dialog';
import { TextField } from '../ui/field';
import { Notice } from '../ui/notice';
import { toast } from '../ui/toaster';

interface BrokerConfigDialogProps {
  brokerId: number;
  config: Config | null;
  onClose: () => void;
}

export function BrokerConfigDialog({ brokerId, config, onClose }: BrokerConfigDialogProps) {
  const t = useTranslations('brokerConfigs');
  return (
    <Dialog
      open={config !== null}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={t('editTitle', { name: config?.name ?? '' })}
      description={t('editMeaning', { id: brokerId })}
    >
      {config === null ? null : <ConfigForm brokerId={brokerId} config={config} onClose={onClose} />}
    </Dialog>
  );
}

function ConfigForm({ brokerId, config, onClose }: BrokerConfigDialogProps & { config: Config }) {
  const t = useTranslations('brokerConfigs');
  const formId = useId();
  const words = useProblemWords();
  const change = useChangeBroker(useClusterId(), brokerId);
  const [value, setValue] = useState(config.value ?? '');
  const send = (next: string | null): void =>
    change.mutate(
      { [config.name]: next },
      {
        onSuccess: () => {
          onClose();
          toast(t('changed', { name: config.name, id: brokerId }));
        },
      },
    );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    send(value);
  };
  return (
    <>
      <DialogBody>
        <form id={formId} onSubmit={submit} noValidate>
          <TextField
            label={t('newValue')}
            help={config.sensitive ? t('sensitiveHelp') : t('nowHelp', { value: config.value ?? t('empty') })}
            mono
            type={config.sensitive ? 'password' : 'text'}
            autoComplete="off"
            spellCheck={false}
            value={value}
            onChange={(event) => setValue(event.target.value)}
          />
        </form>
        {change.isError ? <Notice alert tone="bad" title={words(change.error)} /> : null}
      </DialogBody>
      <DialogFoot>
        {config.source === 'dynamicBroker' ? (
          <Button className="mr-auto" busy={change.isPending} onClick={() => send(null)}>
            {t('reset')}
          </Button>
        ) : null}
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button
          tone="primary"
          type="submit"
          form={formId}
          busy={change.isPending}
          disabled={!config.sensitive && value === (config.value ?? '')}
        >
          {t('save')}
        </Button>
      </DialogFoot>
    </>
  );
}
