'use client';

/**
 * Drop-down menus. Their buttons are in every page, the code of what they open (`menu-parts.tsx`) comes later. A button opens on the press, as
 * menus of a desktop do, and by Enter, Space and the arrow down, which go to the first item.
 */
import { createContext, useContext, useId, useMemo, useRef, useState, type ComponentProps } from 'react';
import type { KeyboardEvent, PointerEvent, ReactNode, RefObject } from 'react';
import { Slot } from 'radix-ui';
import { later, WhenAsked } from './later';
import type { MenuFloat as Float, MenuGroup as Group, MenuRadioGroup as RadioGroup } from './menu-parts';

const load = () => import('./menu-parts');
const MenuFloat = later(async () => (await load()).MenuFloat);
export const MenuGroup = later<ComponentProps<typeof Group>>(async () => (await load()).MenuGroup);
export const MenuRadioGroup = later<ComponentProps<typeof RadioGroup>>(
  async () => (await load()).MenuRadioGroup,
);
export const MenuItem = later(async () => (await load()).MenuItem);
export const MenuRadio = later(async () => (await load()).MenuRadio);
export const MenuCheck = later(async () => (await load()).MenuCheck);
export const MenuLabel = later(async () => (await load()).MenuLabel);
export const MenuLine = later(async () => (await load()).MenuLine);

/** How it was opened; null: closed. */
type Opened = 'press' | 'key' | null;

interface MenuState {
  readonly opened: Opened;
  readonly setOpened: (opened: Opened) => void;
  readonly button: RefObject<HTMLButtonElement | null>;
  readonly id: string;
}

const MenuContext = createContext<MenuState | null>(null);

function useMenu(): MenuState {
  const state = useContext(MenuContext);
  if (state === null) throw new Error('a part of a menu outside Menu');
  return state;
}

export function Menu({ children }: { children: ReactNode }) {
  const [opened, setOpened] = useState<Opened>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const state = useMemo(() => ({ opened, setOpened, button, id }), [opened, id]);
  return <MenuContext value={state}>{children}</MenuContext>;
}

/** Around the button. */
export function MenuTrigger({ children }: { children: ReactNode }) {
  const { opened, setOpened, button, id } = useMenu();
  const isOpen = opened !== null;
  const press = (event: PointerEvent): void => {
    if (event.button !== 0 || event.ctrlKey || button.current?.disabled === true) return;
    setOpened(isOpen ? null : 'press');
    // What opens takes the keyboard; the button would take it back.
    if (!isOpen) event.preventDefault();
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' || event.key === ' ') setOpened(isOpen ? null : 'key');
    else if (event.key === 'ArrowDown') setOpened('key');
    else return;
    event.preventDefault();
  };
  return (
    <Slot.Root
      ref={button}
      id={`${id}button`}
      aria-haspopup="menu"
      aria-expanded={isOpen}
      aria-controls={isOpen ? `${id}menu` : undefined}
      data-state={isOpen ? 'open' : 'closed'}
      onPointerDown={press}
      onKeyDown={key}
    >
      {children}
    </Slot.Root>
  );
}

type MenuContentProps = Pick<ComponentProps<typeof Float>, 'align' | 'className' | 'children'>;

export function MenuContent(props: MenuContentProps) {
  const { opened, setOpened, button, id } = useMenu();
  return (
    <WhenAsked when={opened !== null}>
      <MenuFloat
        {...props}
        id={`${id}menu`}
        labelledBy={`${id}button`}
        button={button}
        byKey={opened === 'key'}
        onClose={() => setOpened(null)}
      />
    </WhenAsked>
  );
}
