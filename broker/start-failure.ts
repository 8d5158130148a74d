/** The broker cannot start for a reason that its owner can do something about: told in one line, exit status 1. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
  readonly code = 'AQUILA_START';
}
