/** How often a test that strikes at random does so: a few times in `npm test`, as often as asked for in a campaign. */

/** AQUILA_FAULT_TIMES, a whole number from 1 on; else `usual`. */
export function timesOf(usual: number): number {
  const text = process.env['AQUILA_FAULT_TIMES'] ?? '';
  if (text === '') return usual;
  if (!/^[1-9]\d{0,5}$/.test(text))
    throw new Error(`AQUILA_FAULT_TIMES is "${text}": give a whole number from 1 to 999999`);
  return Number(text);
}
