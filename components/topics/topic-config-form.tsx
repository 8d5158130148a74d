'use client';

/** One setting of a topic. Kafka checks it before it is applied. */
import { useTranslations } from 'next-intl';
import type { Config } from '../../console/contracts/configs';
import { ConfigForm } from '../configs/config-form';
import { useChangeTopic, useTopicConfig } from '../data/use-topics';
import { useClusterId } from '../layout/session-context';
import { toast } from '../ui/toaster';

interface TopicConfigFormProps {
  topic: string;
  config: Config;
  onClose: () => void;
}

export function TopicConfigForm({ topic, config, onClose }: TopicConfigFormProps) {
  const t = useTranslations('topic');
  const clusterId = useClusterId();
  const explained = useTopicConfig(clusterId, topic, config.name);
  const change = useChangeTopic(clusterId, topic);
  const send = (value: string | null): void =>
    change.mutate(
      { configs: { [config.name]: value } },
      {
        onSuccess: () => {
          onClose();
          toast(
            t(value === null ? 'settingPutBack' : 'settingChanged', { setting: config.name, name: topic }),
          );
        },
      },
    );
  return (
    <ConfigForm
      config={config}
      own="topic"
      explained={explained}
      change={{ send, isPending: change.isPending, error: change.error }}
      onClose={onClose}
    />
  );
}
