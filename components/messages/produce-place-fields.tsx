'use client';

/** Where a message goes, how it is packed, and as of when: mostly left as they are. */
import { useTranslations } from 'next-intl';
import { SelectField, TextField } from '../ui/field';
import { compressions, type ProduceDraft, type ProduceProblem } from './produce-draft';

interface PlaceFieldsProps {
  draft: ProduceDraft;
  set: (change: Partial<ProduceDraft>) => void;
  errors: Readonly<Record<string, string>>;
  problem: ProduceProblem | null;
  partitions: number | null;
}

export function PlaceFields({ draft, set, errors, problem, partitions }: PlaceFieldsProps) {
  const t = useTranslations('produce');
  return (
    <div className="grid items-start gap-x-4 gap-y-3 sm:grid-cols-[minmax(0,4fr)_minmax(0,4fr)_minmax(0,5fr)]">
      <TextField
        label={t('partition')}
        help={t(draft.hasKey ? 'partitionByKey' : 'partitionAny')}
        error={problem === 'partition' ? t('partitionRule', { count: partitions ?? 0 }) : errors['partition']}
        inputMode="numeric"
        autoComplete="off"
        value={draft.partition}
        onChange={(event) => set({ partition: event.target.value })}
      />
      <SelectField
        label={t('compression')}
        help={t('compressionHelp')}
        value={draft.compression}
        onChange={(event) =>
          set({ compression: compressions.find((each) => each === event.target.value) ?? 'none' })
        }
      >
        {compressions.map((each) => (
          <option key={each} value={each}>
            {each === 'none' ? t('uncompressed') : each}
          </option>
        ))}
      </SelectField>
      <TextField
        label={t('timestamp')}
        help={t('timestampHelp')}
        error={problem === 'timestamp' ? t('timestampRule') : errors['timestamp']}
        type="datetime-local"
        step={1}
        value={draft.timestamp}
        onChange={(event) => set({ timestamp: event.target.value })}
      />
    </div>
  );
}
