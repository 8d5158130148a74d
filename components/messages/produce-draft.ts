/** A message as somebody types it, and as it is sent. PURE. Nothing typed is an empty text; no key and no value are said apart. */
import type { ProduceMessageInput } from '../../console/contracts/messages.ts';

export type Encoding = 'text' | 'base64';

export const compressions = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
export type Compression = (typeof compressions)[number];

export interface HeaderDraft {
  /** Of the row in the form: names may be the same twice. */
  readonly id: number;
  readonly name: string;
  readonly value: string;
}

export interface ProduceDraft {
  readonly key: string;
  readonly hasKey: boolean;
  readonly keyEncoding: Encoding;
  readonly value: string;
  readonly hasValue: boolean;
  readonly valueEncoding: Encoding;
  readonly headers: readonly HeaderDraft[];
  /** Empty leaves it to the key. */
  readonly partition: string;
  readonly compression: Compression;
  /** Local time, as a `datetime-local` field has it; empty is now. */
  readonly timestamp: string;
}

export const newMessage: ProduceDraft = {
  key: '',
  hasKey: false,
  keyEncoding: 'text',
  value: '',
  hasValue: true,
  valueEncoding: 'text',
  headers: [],
  partition: '',
  compression: 'none',
  timestamp: '',
};

export type ProduceProblem = 'partition' | 'timestamp' | 'header';

const timeOf = (text: string): number => new Date(text).getTime();

/** @param partitions how many there are; null while that is not known */
export function produceProblem(draft: ProduceDraft, partitions: number | null): ProduceProblem | null {
  const partition = draft.partition.trim();
  const isNumber = /^\d{1,10}$/.test(partition) && Number(partition) < (partitions ?? 2_147_483_648);
  if (partition !== '' && !isNumber) return 'partition';
  if (draft.timestamp !== '' && !(timeOf(draft.timestamp) >= 0)) return 'timestamp';
  return draft.headers.some(({ name }) => name === '') ? 'header' : null;
}

export function producedBy(draft: ProduceDraft): ProduceMessageInput {
  const partition = draft.partition.trim();
  return {
    key: draft.hasKey ? draft.key : null,
    keyEncoding: draft.keyEncoding,
    value: draft.hasValue ? draft.value : null,
    valueEncoding: draft.valueEncoding,
    headers: draft.headers.map(({ name, value }) => ({ key: name, value })),
    ...(partition === '' ? {} : { partition: Number(partition) }),
    ...(draft.timestamp === '' ? {} : { timestamp: timeOf(draft.timestamp) }),
    compression: draft.compression,
  };
}
