/**
 * Where Apache Kafka is on this machine: AQUILA_KAFKA_TOOLS names the bin folder of a distribution, whose libs folder lies beside
 * it. Its tools are run as a user runs them, so each call is a Java process of about a second.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { outputOf, type ProgramResult, runProgram } from './run-program.ts';

export const toolsFolder = process.env['AQUILA_KAFKA_TOOLS'] ?? '';

/** The jars, for a Java class path. */
export const librariesFolder = join(dirname(toolsFolder), 'libs');

/** Why a case that needs these scripts cannot run, or null. */
export function lacksTools(...names: readonly string[]): Promise<string | null> {
  if (toolsFolder === '')
    return Promise.resolve('AQUILA_KAFKA_TOOLS is not set (the bin folder of an Apache Kafka distribution)');
  const lacking = names.find((name) => !existsSync(join(toolsFolder, `${name}.sh`)));
  return Promise.resolve(
    lacking === undefined ? null : `AQUILA_KAFKA_TOOLS=${toolsFolder} has no ${lacking}.sh`,
  );
}

/** Resolves with whatever came of it. */
export function runTool(
  name: string,
  bootstrap: string,
  argv: readonly string[],
  input = '',
): Promise<ProgramResult> {
  return runProgram(join(toolsFolder, `${name}.sh`), withBootstrap(name, bootstrap, argv), input);
}

/** Standard output of a tool that must succeed. */
export function toolOutput(
  name: string,
  bootstrap: string,
  argv: readonly string[],
  input = '',
): Promise<string> {
  return outputOf(join(toolsFolder, `${name}.sh`), withBootstrap(name, bootstrap, argv), input);
}

/** kafka-cluster takes the word that says what to do before its options, all others after them or not at all. */
function withBootstrap(name: string, bootstrap: string, argv: readonly string[]): readonly string[] {
  const server = ['--bootstrap-server', bootstrap];
  return name === 'kafka-cluster' ? [...argv.slice(0, 1), ...server, ...argv.slice(1)] : [...server, ...argv];
}
