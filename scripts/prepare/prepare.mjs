/**
 * Brings a clone to the point where it can run: installs, generates and builds what is missing or stale, and nothing
 * else. A second call finds everything fresh and costs a few hundredths of a second.
 *
 * Everything below scripts/prepare imports from node: only, because it runs before there are any packages.
 */
import path from 'node:path';
import { exclusively } from './exclusive.mjs';
import { nodeVersionComplaint } from './node-version.mjs';
import { PreparationError, explain } from './preparation-error.mjs';
import { createProgress } from './progress.mjs';
import { preparationSteps } from './steps.mjs';

export const root = path.resolve(import.meta.dirname, '..', '..');

const firstStale = (steps) => steps.find((step) => !step.isFresh());

/** @param {{ console?: boolean }} [wanted] */
export async function prepare(wanted = {}) {
  const steps = preparationSteps(root, { console: wanted.console ?? true });
  if (firstStale(steps) === undefined) return;
  const progress = createProgress();
  const lock = path.join(root, 'node_modules', '.cache', 'aquila', 'preparing');
  const work = async () => {
    for (const step of steps) {
      if (!step.isFresh()) await progress.step(step.name, step.run);
    }
  };
  try {
    await exclusively(lock, work, (pid) =>
      progress.note(`waiting for process ${pid}, which is preparing this clone`),
    );
  } catch (error) {
    if (error instanceof PreparationError) throw error;
    throw typeof error.code === 'string' || Array.isArray(error.errors)
      ? explain('preparing', String(error.message))
      : error;
  }
}

/** Prepares, or ends the process with status 1 and words that help. */
export async function prepareOrExit(wanted) {
  const complaint = nodeVersionComplaint(process.version);
  if (complaint !== null) {
    console.error(complaint);
    process.exit(1);
  }
  try {
    await prepare(wanted);
  } catch (error) {
    if (!(error instanceof PreparationError)) throw error;
    if (error.output !== '') console.error(`\n${error.output}\n`);
    console.error(`aquila: ${error.message}${error.advice === '' ? '' : `\n${error.advice}`}`);
    process.exit(1);
  }
}
