/** Test support: ends a test as skipped, with the reason where reports look for it. */
export interface SkippingContext {
  readonly task: { readonly meta: object };
  readonly skip: (note?: string) => never;
}

export function skipBecause(context: SkippingContext, why: string): never {
  (context.task.meta as { skipReason?: string }).skipReason = why;
  return context.skip(why);
}
