'use client';

/** A limit that may be left out: what is written stays as it is, also while it is no number. */
import { useState } from 'react';
import { TextField } from '../ui/field';
import { useLocale } from 'next-intl';
import { limitOf, limitText } from '../format/limit-text';

interface NumberFieldProps {
  label: string;
  help?: string | undefined;
  error?: string | undefined;
  /** How its number is counted: times and sizes may be written with their units. */
  of?: string | undefined;
  /** Shown in the field, where what is written has no unit of its own. */
  unit?: string | undefined;
  value: number | null;
  placeholder?: string | undefined;
  /** NaN for what is no number; null for nothing. */
  onValue: (value: number | null) => void;
}

export function NumberField({ value, onValue, of, ...field }: NumberFieldProps) {
  const locale = useLocale();
  const [text, setText] = useState(() => limitText(value, locale, of));
  return (
    <TextField
      {...field}
      inputMode={of === 'seconds' || of === 'bytes' ? 'text' : 'decimal'}
      autoComplete="off"
      value={text}
      onChange={(event) => {
        setText(event.target.value);
        onValue(limitOf(event.target.value, of));
      }}
    />
  );
}
