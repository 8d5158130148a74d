'use client';

/**
 * Buttons: one primary a view, secondary for the rest, ghost inside tables and bars, danger only as the last step
 * of something destructive. A busy button keeps its width and says so to screen readers.
 */
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { cva, type VariantProps } from 'class-variance-authority';
import { LoaderCircle } from 'lucide-react';
import { cn } from './cn';

export const buttonStyle = cva(
  'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-sm font-medium whitespace-nowrap transition-colors duration-[140ms] select-none disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:cursor-not-allowed aria-disabled:opacity-50',
  {
    variants: {
      tone: {
        primary: 'bg-accent-solid text-on-solid hover:bg-accent-solid-hover',
        secondary: 'border border-line-strong bg-control text-ink hover:bg-hover data-[state=open]:bg-active',
        ghost: 'text-soft hover:bg-hover hover:text-ink data-[state=open]:bg-active',
        danger: 'bg-bad-solid text-on-solid hover:bg-bad-solid-hover',
      },
      size: {
        md: 'h-8 px-3 text-sm',
        sm: 'h-7 px-2.5 text-xs',
        icon: 'size-8',
        'icon-sm': 'size-7',
      },
    },
    defaultVariants: { tone: 'secondary', size: 'md' },
  },
);

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement>, VariantProps<typeof buttonStyle> {
  busy?: boolean | undefined;
  ref?: Ref<HTMLButtonElement>;
  children?: ReactNode;
}

export function Button({ tone, size, busy, className, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled === true || busy === true}
      aria-busy={busy === true ? true : undefined}
      className={cn(buttonStyle({ tone, size }), 'relative', className)}
    >
      {busy === true ? (
        <>
          <span className="invisible inline-flex items-center gap-1.5">{children}</span>
          <LoaderCircle aria-hidden className="absolute size-4 animate-spin" />
        </>
      ) : (
        children
      )}
    </button>
  );
}
