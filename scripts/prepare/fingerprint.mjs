/**
 * Says whether something made from files is still true of them: a SHA-256 over their paths and contents. Times are of
 * no use here, because a clone and a branch switch reset them.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const ignored = /(^|\/)(node_modules|\.next[^/]*)(\/|$)|\.(test|spec|contract)\.tsx?$|(^|\/)\.[^/]*\.swp$/;

function* filesBelow(root, relative) {
  const full = path.join(root, relative);
  if (ignored.test(relative) || !existsSync(full)) return;
  if (!statSync(full).isDirectory()) {
    yield relative;
    return;
  }
  for (const name of readdirSync(full).sort()) yield* filesBelow(root, `${relative}/${name}`);
}

/**
 * @param {string} root absolute directory
 * @param {readonly string[]} inputs files and directories relative to it; missing ones count as empty
 * @param {readonly string[]} facts what else the result depends on
 */
export function fingerprint(root, inputs, facts = []) {
  const hash = createHash('sha256');
  for (const fact of facts) hash.update(`fact ${fact}\0`);
  for (const input of inputs) {
    for (const file of filesBelow(root, input)) {
      hash.update(`file ${file}\0`);
      hash.update(
        createHash('sha256')
          .update(readFileSync(path.join(root, file)))
          .digest(),
      );
    }
  }
  return hash.digest('hex');
}
