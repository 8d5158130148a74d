/** The other hundred lives of first-hundred-seeds.test.ts, on another core. */
import { describeSeededLives } from './testing/seeded-lives.ts';

describeSeededLives(101, 100);
