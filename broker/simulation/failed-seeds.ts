/**
 * Seeds that once failed, for ever part of the tests: the same seed may play another life after a change, so each is kept
 * with what was wrong, and the cases themselves are tested beside the code that was wrong.
 */
export const failedSeeds: readonly { readonly seed: number; readonly because: string }[] = [
  {
    seed: 1,
    because: 'a follower in a session was never told the high watermark that its own fetch had moved',
  },
  { seed: 106, because: 'a leader that did not know yet of the next one refused a sequence' },
  { seed: 161, because: 'partitions whose last disks were gone waited for an operator' },
  { seed: 2047, because: 'all who might lead had less than the one that a crash had cut' },
  {
    seed: 3070,
    because: 'the disk of the only replica in sync was gone, and no operator decided who leads',
  },
  {
    seed: 3352,
    because: 'the disk of a second voter of three was taken away before the first voted again',
  },
];
