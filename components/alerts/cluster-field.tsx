'use client';

/** Which cluster a rule or a silence is for; there is nothing to choose where there is one. */
import { useTranslations } from 'next-intl';
import { useClusters } from '../data/use-clusters';
import { SelectField } from '../ui/field';

interface ClusterFieldProps {
  value: string;
  onChange: (cluster: string) => void;
  error: string | undefined;
}

export function ClusterField({ value, onChange, error }: ClusterFieldProps) {
  const t = useTranslations('alerts');
  const clusters = useClusters().data?.items ?? [];
  if (clusters.length < 2) return null;
  return (
    <SelectField
      label={t('forCluster')}
      error={error}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      {clusters.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </SelectField>
  );
}
