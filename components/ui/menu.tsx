'use client';

/** Drop-down menus, keyboard and all from Radix; ours are the measures: 32 px rows, hairlines between groups. */
import type { ComponentProps, ReactNode } from 'react';
import { DropdownMenu as Primitive } from 'radix-ui';
import { Check } from 'lucide-react';
import { cn } from './cn';

export const Menu = Primitive.Root;
export const MenuTrigger = Primitive.Trigger;
export const MenuRadioGroup = Primitive.RadioGroup;

export function MenuContent({ className, ...rest }: ComponentProps<typeof Primitive.Content>) {
  return (
    <Primitive.Portal>
      <Primitive.Content
        sideOffset={6}
        align="end"
        collisionPadding={8}
        {...rest}
        className={cn(
          'float-in z-50 max-h-[70dvh] min-w-48 overflow-y-auto rounded-md bg-raised p-1 text-sm shadow-float',
          className,
        )}
      />
    </Primitive.Portal>
  );
}

const row =
  'flex min-h-8 cursor-pointer items-center gap-2 rounded-sm px-2 py-1 text-ink outline-none select-none data-[disabled]:cursor-not-allowed data-[disabled]:opacity-50 data-[highlighted]:bg-hover';

export function MenuItem({ className, ...rest }: ComponentProps<typeof Primitive.Item>) {
  return <Primitive.Item {...rest} className={cn(row, className)} />;
}

export function MenuRadio({ children, ...rest }: ComponentProps<typeof Primitive.RadioItem>) {
  return (
    <Primitive.RadioItem {...rest} className={cn(row, 'pr-8')}>
      {children}
      <Primitive.ItemIndicator className="absolute right-3">
        <Check aria-hidden className="size-4 text-accent" />
      </Primitive.ItemIndicator>
    </Primitive.RadioItem>
  );
}

export function MenuCheck({ children, ...rest }: ComponentProps<typeof Primitive.CheckboxItem>) {
  return (
    <Primitive.CheckboxItem {...rest} className={cn(row, 'pr-8')}>
      {children}
      <Primitive.ItemIndicator className="absolute right-3">
        <Check aria-hidden className="size-4 text-accent" />
      </Primitive.ItemIndicator>
    </Primitive.CheckboxItem>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Primitive.Label className="px-2 pt-1.5 pb-1 text-xs text-dim">{children}</Primitive.Label>;
}

export function MenuLine() {
  return <Primitive.Separator className="mx-2 my-1 h-px bg-line" />;
}
