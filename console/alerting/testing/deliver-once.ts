/** Test support: a process that sends what is due and is killed while it does. */
import { openDatabase } from '../../store/database.ts';
import { OutboxWorker } from '../outbox-worker.ts';

const [url = '', key = '', smtpUrl = '', nowMs = '0'] = process.argv.slice(2);

const worker = new OutboxWorker({
  database: await openDatabase(url),
  channelKey: Buffer.from(key, 'hex'),
  context: { outbound: 'private', smtpUrl, mailFrom: null, publicUrl: 'http://console.test' },
  nowMs: () => Number(nowMs),
  random: () => 0,
  log: () => undefined,
});
await worker.deliverDue();
