/**
 * Catalogues as lists: keys with their texts, and what of a text must be the same in every language: its arguments, its tags and the
 * choices of a `select`. Plural branches may differ: languages have different ones.
 */
import { parse, TYPE } from '@formatjs/icu-messageformat-parser';
import type { MessageFormatElement } from '@formatjs/icu-messageformat-parser';

/** A catalogue, or a part of one. */
export interface Words {
  readonly [key: string]: string | Words;
}

/** `namespace.key` of every text, in the order of the file. */
export function textsOf(words: Words, path = ''): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(words)) {
    const name = path === '' ? key : `${path}.${key}`;
    if (typeof value === 'string') texts.set(name, value);
    else for (const [inner, text] of textsOf(value, name)) texts.set(inner, text);
  }
  return texts;
}

function collect(elements: readonly MessageFormatElement[], found: Set<string>): void {
  for (const element of elements) {
    if (element.type === TYPE.literal || element.type === TYPE.pound) continue;
    if (element.type === TYPE.tag) {
      found.add(`<${element.value}>`);
      collect(element.children, found);
      continue;
    }
    found.add(`{${element.value}}`);
    if (element.type === TYPE.select || element.type === TYPE.plural) {
      for (const [choice, { value }] of Object.entries(element.options)) {
        if (element.type === TYPE.select) found.add(`{${element.value}: ${choice}}`);
        collect(value, found);
      }
    }
  }
}

/** The arguments, tags and choices of a text, sorted. Throws where it is no ICU message. */
export function argumentsOf(text: string): string[] {
  const found = new Set<string>();
  collect(parse(text), found);
  return [...found].sort();
}
