/** Test support: writes rounds that are given as lists. */
import { LineBook } from '../../model/line-book.ts';
import { tellList, type Sample } from '../../model/testing/listed-samples.ts';
import type { Database } from '../database.ts';
import { SampleWriter } from '../samples.ts';

export class ListedWriter {
  readonly #writer: SampleWriter;
  readonly #books = new Map<string, LineBook>();

  constructor(database: Database) {
    this.#writer = new SampleWriter(database);
  }

  write(clusterId: string, atMs: number, samples: readonly Sample[]): Promise<void> {
    let book = this.#books.get(clusterId);
    if (book === undefined) this.#books.set(clusterId, (book = new LineBook()));
    tellList(book, samples);
    return this.#writer.write(clusterId, atMs, book);
  }

  forgetSeries(): void {
    this.#writer.forgetSeries();
  }
}
