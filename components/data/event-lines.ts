/**
 * Server-sent events out of a body that comes in pieces, cut anywhere. PURE. An EventSource would do, but it keeps to itself why the
 * server refused, which whoever typed a filter has to know. Format: WHATWG HTML, "Server-sent events"; ids and retry are not used.
 */

export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

export class EventLines {
  #rest = '';
  #name = '';
  #data: string[] = [];

  /** The events that this piece completes. */
  push(piece: string): ServerEvent[] {
    const lines = (this.#rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): ServerEvent[] {
    if (line === '') {
      const event = { name: this.#name === '' ? 'message' : this.#name, data: this.#data.join('\n') };
      const isEmpty = this.#data.length === 0;
      this.#name = '';
      this.#data = [];
      return isEmpty ? [] : [event];
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#name = value;
    if (field === 'data') this.#data.push(value);
    return [];
  }
}
