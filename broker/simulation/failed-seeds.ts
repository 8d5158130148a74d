/**
 * Seeds that once failed, for ever part of the tests: the same seed may play another life after a change, so each is kept
 * with what was wrong, and the cases themselves are tested beside the code that was wrong.
 */
export const failedSeeds: readonly { readonly seed: number; readonly because: string }[] = [];
