/**
 * What kafkajs has to say goes nowhere; an end it cannot find by itself, it finds by its log.
 *
 * A consumer that is stopped while it makes its fetchers anew, because the list of brokers has changed, starts them after their
 * end (kafkajs 2.2.4, `consumer/fetchManager.js` and `runner.js`): each asks, is told at once that the consumer does not run,
 * and asks again, without ever giving the event loop a turn. Nothing else in the process runs from then on, not even a timer.
 * The one thing in that circle that is not kafkajs' own is the log, and an error out of it ends the fetchers as any other does.
 */
import { type logCreator, logLevel } from 'kafkajs';

const SAID_IN_THE_CIRCLE = 'consumer not running, exiting';

const endTheCircle: logCreator = () => (entry) => {
  if (entry.level === logLevel.DEBUG && entry.log.message === SAID_IN_THE_CIRCLE)
    throw new Error('The consumer has been stopped');
};

/** For the configuration of every kafkajs client that has a consumer. */
export const kafkajsLog = { logLevel: logLevel.DEBUG, logCreator: endTheCircle };
