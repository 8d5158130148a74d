/**
 * A failure that is the end of a command and is said in one line on standard error: what happened, where, what to do.
 * Status 2 is wrong usage (an option that does not exist, a missing value), 1 is everything else. Programmer errors
 * are not of this class and keep their stack.
 */
export class CommandError extends Error {
  readonly exitStatus: 1 | 2;

  constructor(message: string, exitStatus: 1 | 2 = 1) {
    super(message);
    this.name = 'CommandError';
    this.exitStatus = exitStatus;
  }
}

export function usageError(message: string): CommandError {
  return new CommandError(message, 2);
}
