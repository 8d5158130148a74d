/** What `start` ends in: where everything is, the secrets that are shown only once, and what to try next. Pure. */
import path from 'node:path';
import type { StartOptions } from '../../options/start-options.ts';
import { bundledBootstrap, consoleUrl } from './process-plan.ts';

export interface BannerFacts {
  readonly version: string;
  readonly options: StartOptions;
  readonly seconds: number;
  /** Only when they were made just now. */
  readonly adminPassword: string | null;
  readonly topicToken: string | null;
  readonly background: boolean;
}

const rule = '─'.repeat(72);

function row(label: string, value: string): string {
  return `  ${label.padEnd(14)}${value}`;
}

function secrets({ adminPassword, topicToken }: BannerFacts): string[] {
  const lines: string[] = [];
  if (adminPassword !== null)
    lines.push(
      row('Password', `${adminPassword}   (shown this once; a new one: bin/aquila user passwd admin)`),
    );
  if (topicToken !== null)
    lines.push(row('Topic token', `${topicToken}   (shown this once; asked for when a topic is deleted)`));
  return lines;
}

/** As many addresses as fit a line; any of them leads to all brokers. */
const addressesMax = 3;

function kafkaRows(options: StartOptions): string[] {
  const addresses = bundledBootstrap(options).split(',');
  if (options.brokers === 0) return [];
  if (options.brokers === 1) return [row('Kafka', `${addresses[0]}   (bootstrap address for any client)`)];
  return [
    row('Kafka', addresses.slice(0, addressesMax).join(',')),
    row('', `(bootstrap addresses for any client; ${options.brokers} brokers)`),
  ];
}

function nextSteps({ options, background }: BannerFacts): string[] {
  const bootstrap = `127.0.0.1:${options.brokerPort}`;
  const program = 'bin/aquila';
  const data = path.basename(options.data) === 'data' ? '' : ` --data ${options.data}`;
  return [
    ...(options.brokers > 0
      ? [row('Try', `kcat -b ${bootstrap} -L        list the topics from another terminal`)]
      : []),
    row(options.brokers > 0 ? '' : 'Try', `${program} status${data}`),
    ...(options.bootstrap === null
      ? [row('Your own', 'npm start -- --bootstrap host:9092   watches your Kafka instead')]
      : []),
    row('Stop', background ? `${program} stop${data}` : 'Ctrl-C'),
  ];
}

export function banner(facts: BannerFacts): string {
  const { options } = facts;
  const kafka = [
    ...kafkaRows(options),
    ...(options.bootstrap === null ? [] : [row('Watching', options.bootstrap)]),
  ];
  return [
    rule,
    `  Aquila ${facts.version} is up (${facts.seconds.toFixed(1)} s)`,
    '',
    row('Console', consoleUrl(options)),
    row('User', 'admin'),
    ...secrets(facts),
    ...kafka,
    row('Data', options.data),
    '',
    ...nextSteps(facts),
    rule,
  ].join('\n');
}
