/**
 * A file as an answer, sent as it is made: pulled, so that a slow reader makes it wait, and one that goes away ends it. Its
 * name is one of ours. The browser keeps it as a file and never shows it as a page.
 */
export class Download {
  readonly #type: string;
  readonly #fileName: string;
  readonly #text: AsyncGenerator<string, void>;

  constructor(fileName: string, type: string, text: AsyncGenerator<string, void>) {
    if (!/^[a-z0-9.-]+$/.test(fileName)) throw new Error(`not a file name of ours: ${fileName}`);
    this.#fileName = fileName;
    this.#type = type;
    this.#text = text;
  }

  response(headers: Headers): Response {
    headers.set('Content-Type', this.#type);
    headers.set('Content-Disposition', `attachment; filename="${this.#fileName}"`);
    return new Response(this.#body(), { headers });
  }

  #body(): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder();
    const text = this.#text;
    return new ReadableStream<Uint8Array>({
      async pull(controller) {
        const next = await text.next();
        if (next.done === true) controller.close();
        else controller.enqueue(encoder.encode(next.value));
      },
      async cancel() {
        await text.return();
      },
    });
  }
}
