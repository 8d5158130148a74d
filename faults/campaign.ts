/** How often a test that strikes at random does so, and how long one goes on: shortly in passing, at full length in a campaign. */

/** AQUILA_FAULT_TIMES, a whole number from 1 on; else `usual`. */
export function timesOf(usual: number): number {
  return wholeNumberOf('AQUILA_FAULT_TIMES', usual);
}

/** A whole number from 1 on that the environment gives under a name; else `usual`. */
export function wholeNumberOf(name: string, usual: number): number {
  const text = process.env[name] ?? '';
  if (text === '') return usual;
  if (!/^[1-9]\d{0,5}$/.test(text))
    throw new Error(`${name} is "${text}": give a whole number from 1 to 999999`);
  return Number(text);
}

/** From so many times on a campaign is asked for, and what lasts is given its whole time. */
const CAMPAIGN_TIMES = 3;

/** Milliseconds that something goes on: `whole` in a campaign of at least three times, which is the default, else `brief`. */
export function lengthOf(briefMs: number, wholeMs: number): number {
  return timesOf(1) >= CAMPAIGN_TIMES ? wholeMs : briefMs;
}
