/** What a simulation throws when the cluster broke a promise. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise';
}

export function hold(isTrue: boolean, what: () => string): void {
  if (!isTrue) throw new BrokenPromise(what());
}
