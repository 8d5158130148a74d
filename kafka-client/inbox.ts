/**
 * Where a connection's bytes arrive: one piece of memory for its whole life. Node takes fresh memory for every read
 * otherwise, and finding it again costs more than reading it did.
 */
import type { ReadInto } from './socket.ts';

export class Inbox implements ReadInto {
  readonly buffer: Buffer;
  #receive: ((chunk: Buffer) => void) | null = null;
  /** What came before anybody wanted it. */
  #early: Buffer[] = [];

  constructor(readBytes: number) {
    this.buffer = Buffer.allocUnsafeSlow(readBytes);
  }

  readonly callback = (bytes: number): boolean => {
    const chunk = this.buffer.subarray(0, bytes);
    if (this.#receive === null) this.#early.push(Buffer.from(chunk));
    else this.#receive(chunk);
    return true;
  };

  /** `receive` takes out of each chunk what it needs before it returns. */
  deliver(receive: (chunk: Buffer) => void): void {
    this.#receive = receive;
    for (const chunk of this.#early.splice(0)) receive(chunk);
  }
}
