/**
 * What a live view shows, and what waits while somebody reads. PURE. The newest come first. While it is held nothing moves: what
 * arrives waits and is counted. Both lists are bounded; what no longer fits is counted as left out, like what the server left out.
 */
import type { Message, TailEvent } from '../../console/contracts/messages.ts';

export const TAIL_KEPT_MAX = 1_000;

export type TailConnection = 'connecting' | 'open' | 'lost';

export interface TailState {
  readonly connection: TailConnection;
  readonly isHeld: boolean;
  readonly shown: readonly Message[];
  readonly waiting: readonly Message[];
  /** All that arrived, those that wait among them. */
  readonly arrived: number;
  /** Looked at, whether or not they passed the filter. */
  readonly looked: number;
  /** Not sent, or no longer kept while they waited. */
  readonly leftOut: number;
  /** Times the connection was lost: what came meanwhile is not here. */
  readonly gaps: number;
  readonly unanswered: TailEvent['unanswered'];
}

export type TailAction =
  | { readonly kind: 'begun' }
  | { readonly kind: 'opened' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'arrived'; readonly event: TailEvent }
  | { readonly kind: 'held'; readonly isHeld: boolean }
  | { readonly kind: 'cleared' };

export const noTail: TailState = {
  connection: 'connecting',
  isHeld: false,
  shown: [],
  waiting: [],
  arrived: 0,
  looked: 0,
  leftOut: 0,
  gaps: 0,
  unanswered: [],
};

export function tailAfter(state: TailState, action: TailAction): TailState {
  switch (action.kind) {
    case 'begun':
      return { ...noTail, isHeld: state.isHeld };
    case 'opened':
      return { ...state, connection: 'open' };
    case 'lost':
      return {
        ...state,
        connection: 'lost',
        gaps: state.gaps + (state.connection === 'open' ? 1 : 0),
      };
    case 'arrived':
      return withEvent(state, action.event);
    case 'held':
      if (state.isHeld === action.isHeld) return state;
      return action.isHeld ? { ...state, isHeld: true } : released(state);
    case 'cleared':
      return { ...state, shown: [], waiting: [], arrived: 0, looked: 0, leftOut: 0, gaps: 0 };
  }
}

function withEvent(state: TailState, event: TailEvent): TailState {
  const counted = {
    ...state,
    connection: 'open' as const,
    arrived: state.arrived + event.items.length,
    looked: state.looked + event.records,
    leftOut: state.leftOut + event.left,
    unanswered: event.unanswered,
  };
  if (event.items.length === 0) return counted;
  // The order of an event is that of time, oldest first.
  const newest = event.items.toReversed();
  if (!state.isHeld) return { ...counted, shown: [...newest, ...state.shown].slice(0, TAIL_KEPT_MAX) };
  const waiting = [...newest, ...state.waiting];
  const surplus = Math.max(0, waiting.length - TAIL_KEPT_MAX);
  return {
    ...counted,
    waiting: waiting.slice(0, TAIL_KEPT_MAX),
    leftOut: counted.leftOut + surplus,
  };
}

function released(state: TailState): TailState {
  return {
    ...state,
    isHeld: false,
    shown: [...state.waiting, ...state.shown].slice(0, TAIL_KEPT_MAX),
    waiting: [],
  };
}
