/** Test support: does what found the database busy once more. On a machine that is busy itself a transaction may run out of its time. */
import { isStoreFailure } from '../store-error.ts';

const TURNS_MAX = 20;

export async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let turn = 1; ; turn++) {
    try {
      return await work();
    } catch (error) {
      if (!isStoreFailure(error) || turn === TURNS_MAX) throw error;
    }
  }
}
