/**
 * A failure of the preparation that the person at the terminal can do something about: what happened, and what to do.
 * It is shown as it is, without a stack.
 */
export class PreparationError extends Error {
  /** @param {string} message @param {{ advice?: string, output?: string }} [details] */
  constructor(message, details = {}) {
    super(message);
    this.name = 'PreparationError';
    this.advice = details.advice ?? '';
    this.output = details.output ?? '';
  }
}

const causes = [
  {
    pattern: /ENOSPC|no space left on device/i,
    message: 'the disk is full',
    advice: 'A prepared clone takes about 1.2 GB. Free some space and run the same command again.',
  },
  {
    pattern: /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|network/i,
    message: 'the npm registry could not be reached',
    advice:
      'Check the network and "npm config get registry" (behind a proxy also "npm config get proxy"), then run the same command again.',
  },
  {
    pattern: /EACCES|EPERM|permission denied/i,
    message: 'a file may not be written',
    advice:
      'Make sure that this user owns the clone and the npm cache ("npm config get cache"), then run the same command again.',
  },
  {
    pattern: /E404|ETARGET|No matching version/i,
    message: 'the npm registry does not have a package in the version that is asked for',
    advice: 'A mirror may be behind: see "npm config get registry".',
  },
  {
    pattern: /heap out of memory|Killed|SIGKILL/,
    message: 'there was not enough memory',
    advice: 'Building the console takes about 1 GB of free memory.',
  },
];

/** Puts the output of a failed tool into words. Without a known cause the tool's own last lines have to do. */
export function explain(what, output) {
  const cause = causes.find(({ pattern }) => pattern.test(output));
  if (cause === undefined) return new PreparationError(`${what} failed`, { output: bothEnds(output) });
  return new PreparationError(`${what} failed: ${cause.message}`, {
    advice: cause.advice,
    output: lastLines(output, 8),
  });
}

function lastLines(text, count) {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

const headLines = 30;
const tailLines = 15;

/** The first error is often at the top and the sum at the bottom; lines said many times are said once. */
function bothEnds(text) {
  const lines = [...new Set(text.trimEnd().split('\n'))];
  if (lines.length <= headLines + tailLines) return lines.join('\n');
  return [...lines.slice(0, headLines), '  ...', ...lines.slice(-tailLines)].join('\n');
}
