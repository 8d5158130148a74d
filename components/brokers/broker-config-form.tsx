'use client';

/** One setting of a running broker: asked of that broker, changed on it. */
import { useTranslations } from 'next-intl';
import type { Config } from '../../console/contracts/configs';
import { ConfigForm } from '../configs/config-form';
import { useBrokerConfig, useChangeBroker } from '../data/use-brokers';
import { useClusterId } from '../layout/session-context';
import { toast } from '../ui/toaster';

interface BrokerConfigFormProps {
  brokerId: number;
  config: Config;
  onClose: () => void;
}

export function BrokerConfigForm({ brokerId, config, onClose }: BrokerConfigFormProps) {
  const t = useTranslations('brokerConfigs');
  const clusterId = useClusterId();
  const explained = useBrokerConfig(clusterId, brokerId, config.name);
  const change = useChangeBroker(clusterId, brokerId);
  const send = (value: string | null): void =>
    change.mutate(
      { [config.name]: value },
      {
        onSuccess: () => {
          onClose();
          toast(t('changed', { name: config.name, id: brokerId }));
        },
      },
    );
  return (
    <ConfigForm
      config={config}
      own="dynamicBroker"
      explained={explained}
      change={{ send, isPending: change.isPending, error: change.error }}
      onClose={onClose}
    />
  );
}
