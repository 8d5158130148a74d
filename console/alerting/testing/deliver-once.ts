/** Test support: a process that sends what is due and is killed while it does. */
import { openDatabase } from '../../store/database.ts';
import { OutboxWorker } from '../outbox-worker.ts';

const { TEST_URL = '', TEST_KEY = '', TEST_SMTP_URL = '', TEST_NOW = '0' } = process.env;

const worker = new OutboxWorker({
  database: await openDatabase(TEST_URL),
  channelKey: Buffer.from(TEST_KEY, 'hex'),
  context: { outbound: 'private', smtpUrl: TEST_SMTP_URL, mailFrom: null, publicUrl: 'http://console.test' },
  nowMs: () => Number(TEST_NOW),
  random: () => 0,
  log: () => undefined,
});
await worker.deliverDue();
