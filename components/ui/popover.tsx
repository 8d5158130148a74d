'use client';

/** A button and what it opens beside itself, whose code comes later (`popover-float.tsx`). */
import { useId, useRef, type ReactNode } from 'react';
import { Slot } from 'radix-ui';
import { later, WhenAsked } from './later';
import type { PopoverFloatProps } from './popover-float';

const PopoverFloat = later(async () => (await import('./popover-float')).PopoverFloat);

interface PopoverProps extends Pick<PopoverFloatProps, 'label' | 'align' | 'className' | 'children'> {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  button: ReactNode;
}

export function Popover({ open, onOpenChange, button, ...float }: PopoverProps) {
  const id = useId();
  const place = useRef<HTMLButtonElement>(null);
  return (
    <>
      <Slot.Root
        ref={place}
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        data-state={open ? 'open' : 'closed'}
        onClick={() => onOpenChange(!open)}
      >
        {button}
      </Slot.Root>
      <WhenAsked when={open}>
        <PopoverFloat {...float} id={id} button={place} onClose={() => onOpenChange(false)} />
      </WhenAsked>
    </>
  );
}
