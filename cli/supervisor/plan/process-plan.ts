/**
 * Which processes make up the product, and how each one is started: bundled brokers, the console, the demo workload.
 * Pure: options in, commands out.
 */
import { addressText } from '../../../kafka-client/address.ts';
import path from 'node:path';
import { environmentOf } from '../../options/start-options.ts';
import type { StartOptions } from '../../options/start-options.ts';
import {
  brokerEnvironment,
  brokerNodeFlags,
  consoleEnvironment,
  consoleNodeFlags,
} from './process-memory.ts';
import { brokerDirectory } from './server-properties.ts';

export interface ProcessPlan {
  /** Shown in status and used as log file name. */
  readonly name: string;
  /** Arguments to node. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** The same, where the operator's own environment says nothing. */
  readonly defaults?: Readonly<Record<string, string>>;
  /** Answers 200 once the process serves; null for one that serves nobody. */
  readonly healthUrl: string | null;
  /** How long it may take to end by itself once asked. */
  readonly stopWithinMs: number;
}

/** An address that one can connect to: listening on every address includes the loopback one. */
export function reachableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

/** The addresses of the bundled brokers: a client that knows all of them outlives the death of any. */
export function bundledBootstrap(options: StartOptions): string {
  return Array.from(
    { length: options.brokers },
    (_, nodeId) => `127.0.0.1:${options.brokerPort + nodeId}`,
  ).join(',');
}

export const consoleUrl = (options: StartOptions): string =>
  `http://${addressText({ host: reachableHost(options.host), port: options.port })}`;

export interface PlanContext {
  /** Absolute path of the clone. */
  readonly root: string;
  /** The console under `next dev`, with hot reload. */
  readonly hotReload: boolean;
}

function brokerPlan(options: StartOptions, context: PlanContext, nodeId: number): ProcessPlan {
  return {
    name: `broker-${nodeId}`,
    args: [
      ...brokerNodeFlags,
      path.join(context.root, 'dist', 'broker.mjs'),
      path.join(brokerDirectory(options.data, nodeId), 'server.properties'),
    ],
    defaults: brokerEnvironment,
    environment: {},
    healthUrl: `http://127.0.0.1:${options.metricsPort + nodeId}/health`,
    stopWithinMs: 6_000,
  };
}

function consolePlan(options: StartOptions, context: PlanContext): ProcessPlan {
  const next = path.join(context.root, 'node_modules', 'next', 'dist', 'bin', 'next');
  return {
    name: 'console',
    args: [
      ...consoleNodeFlags,
      next,
      context.hotReload ? 'dev' : 'start',
      '--port',
      String(options.port),
      '--hostname',
      options.host,
    ],
    defaults: consoleEnvironment,
    environment: {
      ...environmentOf(options),
      NODE_ENV: context.hotReload ? 'development' : 'production',
      NEXT_MANUAL_SIG_HANDLE: 'true',
      NEXT_TELEMETRY_DISABLED: '1',
    },
    healthUrl: `${consoleUrl(options)}/api/v1/health`,
    stopWithinMs: 6_000,
  };
}

function demoPlan(options: StartOptions, context: PlanContext): ProcessPlan {
  return {
    name: 'demo',
    args: ['--max-old-space-size=96', path.join(context.root, 'dist', 'demo.mjs')],
    environment: { AQUILA_DEMO_BOOTSTRAP: bundledBootstrap(options) },
    healthUrl: null,
    stopWithinMs: 3_000,
  };
}

/** In the order in which they are started. */
export function planProcesses(options: StartOptions, context: PlanContext): ProcessPlan[] {
  const brokers = Array.from({ length: options.brokers }, (_, nodeId) =>
    brokerPlan(options, context, nodeId),
  );
  const demo = options.brokers > 0 && options.demo ? [demoPlan(options, context)] : [];
  return [...brokers, consolePlan(options, context), ...demo];
}
