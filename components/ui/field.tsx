'use client';

/**
 * Form fields in one column: label above, help below, the error beside the field in words, all tied to the input
 * for screen readers. The place of the help line is kept, so an error appears without moving the form.
 */
import {
  useId,
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
} from 'react';
import { CircleAlert } from 'lucide-react';
import { cn } from './cn';

const control =
  'w-full rounded-sm border border-line-strong bg-control text-ink transition-colors duration-[140ms] hover:border-faint focus-visible:border-accent focus-visible:outline-2 focus-visible:outline-offset-0 focus-visible:outline-accent/40 disabled:cursor-not-allowed disabled:opacity-60 aria-invalid:border-bad-mark';

interface FieldShellProps {
  label: ReactNode;
  help?: ReactNode;
  error?: string | undefined;
  optional?: string | undefined;
  className?: string | undefined;
  /** For what has to be found by others, too. */
  id?: string | undefined;
}

interface ControlIds {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

export function Field({
  label,
  help,
  error,
  optional,
  className,
  id: givenId,
  children,
}: FieldShellProps & { children: (ids: ControlIds) => ReactNode }) {
  const madeId = useId();
  const id = givenId ?? madeId;
  const noteId = `${id}-note`;
  const hasNote = error !== undefined || (help !== undefined && help !== null);
  return (
    <div className={cn('flex flex-col gap-1.5', className)}>
      <label htmlFor={id} className="flex items-baseline justify-between gap-3 text-sm font-medium text-ink">
        <span className="min-w-0">{label}</span>
        {optional === undefined ? null : (
          <span className="shrink-0 text-xs font-normal text-dim">{optional}</span>
        )}
      </label>
      {children({
        id,
        'aria-describedby': hasNote ? noteId : undefined,
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {hasNote ? (
        <p id={noteId} className={cn('flex gap-1.5 text-xs', error === undefined ? 'text-dim' : 'text-bad')}>
          {error === undefined ? (
            help
          ) : (
            <>
              <CircleAlert aria-hidden className="mt-px size-3.5 shrink-0" />
              <span>{error}</span>
            </>
          )}
        </p>
      ) : null}
    </div>
  );
}

interface TextFieldProps extends FieldShellProps, Omit<InputHTMLAttributes<HTMLInputElement>, 'className'> {
  unit?: string | undefined;
  mono?: boolean | undefined;
  ref?: Ref<HTMLInputElement>;
}

export function TextField({
  label,
  help,
  error,
  optional,
  className,
  id,
  unit,
  mono,
  ref,
  ...input
}: TextFieldProps) {
  return (
    <Field label={label} help={help} error={error} optional={optional} className={className} id={id}>
      {(ids) => (
        <span className="relative block">
          <input
            {...input}
            {...ids}
            ref={ref}
            className={cn(control, 'h-8 px-2.5 text-sm', mono && 'font-mono text-xs', unit && 'pr-16 tnum')}
          />
          {unit === undefined ? null : (
            <span
              aria-hidden
              className="pointer-events-none absolute inset-y-0 right-2.5 flex items-center text-xs text-dim"
            >
              {unit}
            </span>
          )}
        </span>
      )}
    </Field>
  );
}

interface SelectFieldProps
  extends FieldShellProps, Omit<SelectHTMLAttributes<HTMLSelectElement>, 'className'> {
  children: ReactNode;
}

export function SelectField({
  label,
  help,
  error,
  optional,
  className,
  children,
  ...select
}: SelectFieldProps) {
  return (
    <Field label={label} help={help} error={error} optional={optional} className={className}>
      {(ids) => (
        <select {...select} {...ids} className={cn(control, 'h-8 px-2 text-sm')}>
          {children}
        </select>
      )}
    </Field>
  );
}

interface TextAreaFieldProps
  extends FieldShellProps, Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'className'> {
  mono?: boolean | undefined;
}

export function TextAreaField({
  label,
  help,
  error,
  optional,
  className,
  mono,
  ...area
}: TextAreaFieldProps) {
  return (
    <Field label={label} help={help} error={error} optional={optional} className={className}>
      {(ids) => (
        <textarea
          {...area}
          {...ids}
          className={cn(control, 'min-h-16 resize-y px-2.5 py-1.5 text-sm', mono && 'font-mono text-xs')}
        />
      )}
    </Field>
  );
}

interface CheckFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'type' | 'className'> {
  label: ReactNode;
  help?: ReactNode;
}

export function CheckField({ label, help, ...input }: CheckFieldProps) {
  const id = useId();
  return (
    <div className="flex gap-2.5">
      <input
        {...input}
        id={id}
        type="checkbox"
        aria-describedby={help === undefined ? undefined : `${id}-note`}
        className="mt-0.5 size-4 shrink-0 cursor-pointer"
      />
      <span className="flex flex-col gap-0.5">
        <label htmlFor={id} className="cursor-pointer text-sm text-ink">
          {label}
        </label>
        {help === undefined ? null : (
          <span id={`${id}-note`} className="text-xs text-dim">
            {help}
          </span>
        )}
      </span>
    </div>
  );
}
