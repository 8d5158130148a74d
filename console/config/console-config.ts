/**
 * The settings of this process: the only place of the console that reads process.env, and reads it once.
 *
 * `loadConsoleConfig` also serves the command line, which passes an environment of its own making.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigError } from './config-error.ts';
import { readConsoleConfig } from './environment.ts';
import type { ConsoleConfig, Environment } from './environment.ts';
import { parseSystemConfig } from './system-config.ts';
import type { SystemConfig } from './system-config.ts';

export interface LoadedConfig {
  config: ConsoleConfig;
  warnings: string[];
}

function readSystemConfig(environment: Environment, workingDirectory: string): SystemConfig | null {
  const named = environment['AQUILA_CONFIG'];
  const wanted = named !== undefined && named !== '';
  const file = path.resolve(workingDirectory, wanted ? named : 'conf/system-config.properties');
  try {
    const besides = (name: string): string => readFileSync(path.resolve(path.dirname(file), name), 'utf8');
    return parseSystemConfig(readFileSync(file, 'utf8'), besides);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    if (!wanted && code === 'ENOENT') return null;
    throw new ConfigError([`--config (AQUILA_CONFIG): ${file} cannot be read (${code}).`]);
  }
}

/** Throws ConfigError, whose `problems` are lines for stderr. */
export function loadConsoleConfig(
  environment: Environment = process.env,
  workingDirectory: string = process.cwd(),
): LoadedConfig {
  const file = readSystemConfig(environment, workingDirectory);
  const config = readConsoleConfig(environment, file, workingDirectory);
  return { config, warnings: file?.warnings ?? [] };
}

const key = Symbol.for('aquila.console.config');
const processWide = globalThis as typeof globalThis & { [key]?: ConsoleConfig };

/** Read at the first call and kept, for all copies of this module that Next's bundles hold. */
export function consoleConfig(): ConsoleConfig {
  return (processWide[key] ??= loadConsoleConfig().config);
}

/** Under `next dev`, whose pages need eval and a socket for hot reload. */
export function isDevelopment(): boolean {
  return process.env['NODE_ENV'] === 'development';
}

/** Where the build is that this process serves, as in next.config.js. */
export function buildDirectory(): string {
  const named = process.env['AQUILA_NEXT_DIST'] ?? '';
  return path.resolve(named === '' ? '.next' : named);
}

/** next-auth reads its own address from the environment and nowhere else. */
export function announcePublicUrl(config: ConsoleConfig): void {
  process.env['NEXTAUTH_URL'] = config.publicUrl;
}
