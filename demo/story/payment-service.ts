/** `payment-service`: books every payment as it comes. A group that keeps up. */
import { consume } from '../program.ts';
import type { Program } from '../program.ts';
import type { Payment } from '../shop.ts';
import { topics } from './topics.ts';

export const paymentService: Program = {
  name: 'payment-service',
  async run(kafka, signal) {
    let bookedCents = 0;
    await consume(kafka, signal, {
      groupId: 'payment-service',
      topic: topics.payments,
      async eachBatch({ batch }) {
        for (const { value } of batch.messages) {
          if (value === null) continue;
          const payment = JSON.parse(value.toString()) as Payment;
          if (payment.status === 'authorised') bookedCents += payment.amountCents;
        }
      },
    });
    console.log(`payment-service: booked ${(bookedCents / 100).toFixed(2)} EUR`);
  },
};
