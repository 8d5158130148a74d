/** `--minutes N`, an hour by default. */
const usage = 'Usage: npm run soak -- [--minutes N]';
const minutesDefault = 60;
const minutesMax = 7 * 24 * 60;

export function readMinutes(args: readonly string[]): number {
  const [name, value, ...rest] = args.flatMap((argument) => argument.split('=', 2));
  if (name === undefined) return minutesDefault;
  const minutes = Number(value);
  if (name !== '--minutes' || rest.length > 0 || !(minutes >= 1 && minutes <= minutesMax)) {
    console.error(`Give --minutes a number from 1 to ${String(minutesMax)}. ${usage}`);
    process.exit(2);
  }
  return minutes;
}
