'use client';

/** A short explanation on hover and focus. Never the only place where something is said that matters. */
import type { ReactNode } from 'react';
import { Tooltip as Primitive } from 'radix-ui';

export const TooltipProvider = Primitive.Provider;

interface TooltipProps {
  text: ReactNode;
  children: ReactNode;
  side?: 'top' | 'bottom' | 'left' | 'right';
}

export function Tooltip({ text, children, side = 'bottom' }: TooltipProps) {
  return (
    <Primitive.Root>
      <Primitive.Trigger asChild>{children}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="float-in z-50 max-w-80 rounded-sm bg-raised px-2 py-1 text-xs text-soft shadow-float"
        >
          {text}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
