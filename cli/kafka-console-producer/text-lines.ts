/** UTF-8 text as lines, ended by LF, CR or CR LF as Java's readers have it; the last one needs no end. */
import { StringDecoder } from 'node:string_decoder';

export async function* textLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new StringDecoder('utf8');
  let open = '';
  /** A LF that comes first belongs to it. */
  let endedByCarriageReturn = false;
  for await (const chunk of chunks) {
    let text = decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    if (text === '') continue;
    if (endedByCarriageReturn && text.startsWith('\n')) text = text.slice(1);
    endedByCarriageReturn = text.endsWith('\r');
    const lines = text.split(/\r\n|\r|\n/);
    const [first = '', ...rest] = lines;
    const last = rest.pop();
    if (last === undefined) {
      open += first;
      continue;
    }
    yield open + first;
    yield* rest;
    open = last;
  }
  open += decoder.end();
  if (open !== '') yield open;
}
