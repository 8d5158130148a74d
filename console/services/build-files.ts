/**
 * Scripts, styles and fonts of the build, from memory, as compressed as the build left them. Next would read and compress a file each
 * time it is asked for: thirty of them before a page answers, on the thread that renders it. What is not here, Next answers: other
 * methods, parts of files, clients that take nothing compressed, files that are new since this process began.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import path from 'node:path';
import headersOfAll from '../config/answer-headers.json';

/** Names carry a hash of what is in the file, so it is the same for ever (RFC 8246). */
const UNCHANGING = 'public, max-age=31536000, immutable';
const compressed = '.gz';
const types: Readonly<Record<string, string>> = {
  '.js': 'application/javascript; charset=UTF-8',
  '.css': 'text/css; charset=UTF-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
/** Compressed as they are. */
const asTheyAre = ['.woff2'];
/** Named, and not with a weight of nought (RFC 9110, 12.5.3). */
const takesGzip = /(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[^,]*)?(?:,|$)/i;

interface BuildFile {
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
  readonly isGzip: boolean;
}

export class BuildFiles {
  readonly #files: ReadonlyMap<string, BuildFile>;

  private constructor(files: ReadonlyMap<string, BuildFile>) {
    this.#files = files;
  }

  /** What lies below `directory` under the addresses below `prefix`; a directory that is not there has no files. */
  static read(directory: string, prefix: string): BuildFiles {
    const files = new Map<string, BuildFile>();
    for (const name of namesBelow(directory)) {
      const isGzip = name.endsWith(compressed);
      const plain = isGzip ? name.slice(0, -compressed.length) : name;
      const extension = path.extname(plain);
      const type = types[extension];
      if (type === undefined || isGzip === asTheyAre.includes(extension)) continue;
      const body = readFileSync(path.join(directory, name));
      files.set(`${prefix}${plain.split(path.sep).map(encodeURIComponent).join('/')}`, {
        body,
        isGzip,
        headers: {
          ...headersOfAll,
          'Content-Type': type,
          'Content-Length': body.length,
          'Cache-Control': UNCHANGING,
          Vary: 'Accept-Encoding',
          ...(isGzip ? { 'Content-Encoding': 'gzip' } : {}),
        },
      });
    }
    return new BuildFiles(files);
  }

  /** False: nothing was answered, somebody else is to. */
  answer({ method, url = '', headers }: IncomingMessage, response: ServerResponse): boolean {
    if ((method !== 'GET' && method !== 'HEAD') || headers.range !== undefined) return false;
    const file = this.#files.get(url.split('?', 1)[0] ?? '');
    if (file === undefined) return false;
    const accepted = headers['accept-encoding'];
    if (file.isGzip && !takesGzip.test(Array.isArray(accepted) ? accepted.join() : (accepted ?? '')))
      return false;
    response.writeHead(200, file.headers);
    // Of an answer to HEAD, Node sends the headers alone.
    response.end(file.body);
    return true;
  }
}

function namesBelow(directory: string): string[] {
  try {
    return readdirSync(directory, { recursive: true, encoding: 'utf8' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
