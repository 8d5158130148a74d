'use client';

/** What floats of a popover (`popover.tsx`), as far as Radix does it: its place, Escape, the click elsewhere. */
import { useRef, type ReactNode, type RefObject } from 'react';
import { Popover as Primitive } from 'radix-ui';
import { cn } from './cn';

export interface PopoverFloatProps {
  id: string;
  label: string;
  align: 'start' | 'end';
  button: RefObject<HTMLButtonElement | null>;
  onClose: () => void;
  className?: string | undefined;
  children: ReactNode;
}

export function PopoverFloat({ id, label, align, button, onClose, className, children }: PopoverFloatProps) {
  const isLeft = useRef(false);
  return (
    <Primitive.Root open onOpenChange={onClose}>
      <Primitive.Anchor virtualRef={button} />
      <Primitive.Portal>
        <Primitive.Content
          id={id}
          aria-label={label}
          align={align}
          sideOffset={6}
          collisionPadding={8}
          onInteractOutside={(event) => {
            // The button closes it by itself.
            if (event.target instanceof Node && button.current?.contains(event.target) === true)
              event.preventDefault();
            else isLeft.current = true;
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (!isLeft.current) button.current?.focus();
          }}
          className={cn(
            'float-in z-50 max-h-(--radix-popper-available-height) overflow-y-auto rounded-md bg-raised p-4 shadow-float',
            className,
          )}
        >
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
