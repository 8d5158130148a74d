/** One of a few choices that take effect at once, as a box with its mark: in a row, inside a `radiogroup`. */
import type { ReactNode } from 'react';
import { cn } from './cn';

interface RadioBoxProps {
  /** The same for all choices of one question. */
  name: string;
  checked: boolean;
  onChoose: () => void;
  children: ReactNode;
}

export function RadioBox({ name, checked, onChoose, children }: RadioBoxProps) {
  return (
    <label
      className={cn(
        'flex h-9 cursor-pointer items-center gap-2.5 rounded-sm border px-3 text-sm has-focus-visible:outline-2 has-focus-visible:outline-offset-1 has-focus-visible:outline-accent',
        checked ? 'border-accent bg-accent-wash text-ink' : 'border-line-strong text-soft hover:bg-hover',
      )}
    >
      <input type="radio" name={name} className="size-3.5" checked={checked} onChange={onChoose} />
      {children}
    </label>
  );
}
