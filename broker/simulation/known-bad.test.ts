/** The simulation can fail: each rule of the cluster is broken once, and some seed must notice. */
import { knownBadVariants } from './known-bad-variants.ts';
import { describeKnownBad } from './testing/known-bad.ts';

describeKnownBad(knownBadVariants, false);
