/** Test support: the points of a round as a list. */
import { LineBook, type SeriesLabels, type SeriesLine } from '../line-book.ts';
import { tellRound } from '../samples.ts';
import type { ClusterSnapshot } from '../snapshot.ts';

export interface Sample {
  readonly name: string;
  readonly labels: SeriesLabels;
  readonly value: number;
}

/** In the order in which they are told. */
export function samplesOf(snapshot: ClusterSnapshot): Sample[] {
  const book = new LineBook();
  tellRound(snapshot, book);
  return samplesIn(book);
}

export function samplesIn({ lines, values }: LineBook): Sample[] {
  return lines.flatMap((line: SeriesLine | null, slot) => {
    const value = values[slot] ?? NaN;
    return line === null || Number.isNaN(value) ? [] : [{ ...line, value }];
  });
}

/** Tells a book this round. */
export function tellList(book: LineBook, samples: readonly Sample[]): void {
  book.begin();
  for (const { name, labels, value } of samples) {
    let lines = book.all;
    for (const label of ['broker', 'group', 'topic', 'partition'] as const)
      if (labels[label] !== '') lines = book.inside(lines, label, labels[label]);
    book.set(lines, name, value);
  }
}
