/** Waits for a promise, but only so long; then `late` is the answer and the promise goes on unheard. */
export function withDeadline<Value, Late>(
  promise: Promise<Value>,
  milliseconds: number,
  late: Late,
): Promise<Value | Late> {
  return new Promise((resolve, reject) => {
    const timeout = setTimeout(() => resolve(late), milliseconds);
    promise.then(resolve, reject).finally(() => clearTimeout(timeout));
  });
}
