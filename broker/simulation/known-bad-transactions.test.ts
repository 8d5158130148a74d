/** Each rule of transactions is broken once, and some seed with transactional producers must notice. */
import { knownBadTransactions } from './known-bad-transactions.ts';
import { describeKnownBad } from './testing/known-bad.ts';

describeKnownBad(knownBadTransactions, true);
