/**
 * A key or value in one of the ways to look at it. PURE. JSON where it is some, text where it is text, bytes always; what is asked
 * for and does not fit gives way to the next. At most so much is drawn: the rest is there to be copied and kept.
 */
import { hexDump } from './hex-dump.ts';
import { bytesOf, type MessagePart } from './message-part.ts';
import { prettyJson } from './pretty-json.ts';

export const partViews = ['json', 'text', 'hex'] as const;
export type PartView = (typeof partViews)[number];

const DRAWN_CHARACTERS = 200_000;
const DRAWN_HEX_BYTES = 32 * 1024;

export interface ShownPart {
  /** What it is shown as, which may not be what was asked for. */
  readonly view: PartView;
  readonly text: string;
  /** Not all that is here is drawn. */
  readonly isShortened: boolean;
}

export function shownPart(part: MessagePart, asked: PartView): ShownPart {
  if (asked === 'hex' || part.kind === 'binary') {
    const bytes = bytesOf(part);
    return {
      view: 'hex',
      text: hexDump(bytes.subarray(0, DRAWN_HEX_BYTES)),
      isShortened: bytes.length > DRAWN_HEX_BYTES,
    };
  }
  const pretty = asked === 'json' ? prettyJson(part.content) : null;
  const text = pretty ?? part.content;
  return {
    view: pretty === null ? 'text' : 'json',
    text: text.slice(0, DRAWN_CHARACTERS),
    isShortened: text.length > DRAWN_CHARACTERS,
  };
}
