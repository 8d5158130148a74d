'use client';

/**
 * What floats of a menu (`menu.tsx`), with its keys, as far as Radix does it; ours are the measures: 32 px rows, hairlines between groups.
 * These are the parts below Radix's own drop-down menu, which would want its button with it.
 */
import { useRef, type ComponentProps, type FocusEvent, type ReactNode, type RefObject } from 'react';
import { Menu as Primitive } from 'radix-ui/internal';
import { Check } from 'lucide-react';
import { cn } from './cn';

interface MenuFloatProps extends Pick<ComponentProps<typeof Primitive.Content>, 'align'> {
  id: string;
  labelledBy: string;
  button: RefObject<HTMLButtonElement | null>;
  /** Opened by a key: the first item has the keyboard. */
  byKey: boolean;
  onClose: () => void;
  className?: string | undefined;
  children: ReactNode;
}

export function MenuFloat({ id, labelledBy, button, byKey, onClose, className, ...rest }: MenuFloatProps) {
  const isEntered = useRef(false);
  const enter = (event: FocusEvent<HTMLDivElement>): void => {
    if (event.target !== event.currentTarget || isEntered.current) return;
    isEntered.current = true;
    if (!byKey) return;
    const first = '[role^=menuitem]:not([data-disabled])';
    event.currentTarget.querySelector<HTMLElement>(first)?.focus();
  };
  return (
    <Primitive.Root open onOpenChange={onClose}>
      <Primitive.Anchor virtualRef={button} />
      <Primitive.Portal>
        <Primitive.Content
          align="end"
          {...rest}
          id={id}
          aria-labelledby={labelledBy}
          sideOffset={6}
          collisionPadding={8}
          onFocus={enter}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            button.current?.focus();
          }}
          className={cn(
            'float-in z-50 max-h-[min(70dvh,var(--radix-popper-available-height))] min-w-48 overflow-y-auto rounded-md bg-raised p-1 text-sm shadow-float',
            className,
          )}
        />
      </Primitive.Portal>
    </Primitive.Root>
  );
}

export const MenuGroup = Primitive.Group;
export const MenuRadioGroup = Primitive.RadioGroup;

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
