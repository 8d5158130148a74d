'use client';

/** Something that is on the page, as a file of the reader's. Nothing is asked of the server for it. */

/** The browser has taken it long before. */
const KEPT_MS = 60_000;

/** Names of topics are safe in file names; what is not one of ours is made so. */
const fileName = (name: string): string => name.replaceAll(/[^a-zA-Z0-9._-]/g, '_').slice(0, 200);

export function saveFile(name: string, type: string, content: BlobPart): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName(name);
  document.body.append(link);
  link.click();
  link.remove();
  window.setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
}
