/**
 * run/status.json: what runs and what happened to it, for `aquila status` and for the console's own page. Written
 * by the supervisor at every change, as a whole.
 */
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { replaceJson, runDirectory } from './data-directory.ts';

export type ProcessState = 'starting' | 'running' | 'not-answering' | 'backing-off' | 'stopped';

export interface ProcessStatus {
  readonly name: string;
  readonly pid: number | null;
  readonly state: ProcessState;
  readonly restarts: number;
  /** When it came into this state, ISO time. */
  readonly since: string;
  readonly lastExit: {
    readonly code: number | null;
    readonly signal: string | null;
    readonly at: string;
  } | null;
}

export interface ProductStatus {
  readonly supervisorPid: number;
  readonly version: string;
  readonly startedAt: string;
  readonly consoleUrl: string;
  readonly processes: readonly ProcessStatus[];
}

const statusFile = (data: string): string => path.join(runDirectory(data), 'status.json');

export function writeStatus(data: string, status: ProductStatus): void {
  replaceJson(statusFile(data), status);
}

export function readStatus(data: string): ProductStatus | null {
  try {
    return JSON.parse(readFileSync(statusFile(data), 'utf8')) as ProductStatus;
  } catch {
    return null;
  }
}

export function removeStatus(data: string): void {
  rmSync(statusFile(data), { force: true });
}
