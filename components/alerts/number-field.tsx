'use client';

/** A number that may be left out: what is written stays as it is, also while it is no number. */
import { useState } from 'react';
import { TextField } from '../ui/field';

interface NumberFieldProps {
  label: string;
  help?: string | undefined;
  error?: string | undefined;
  unit?: string | undefined;
  value: number | null;
  placeholder?: string | undefined;
  /** NaN for what is no number; null for nothing. */
  onValue: (value: number | null) => void;
  disabled?: boolean;
}

/** A number from 0 upwards, null for nothing, NaN for everything else. */
export function numberOf(text: string): number | null {
  if (text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 ? value : Number.NaN;
}

export function NumberField({ value, onValue, ...field }: NumberFieldProps) {
  const [text, setText] = useState(value === null || Number.isNaN(value) ? '' : String(value));
  return (
    <TextField
      {...field}
      inputMode="decimal"
      value={text}
      onChange={(event) => {
        setText(event.target.value);
        onValue(numberOf(event.target.value));
      }}
    />
  );
}
