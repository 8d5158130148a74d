/**
 * Runs a tool to its end, keeping its output for the case that it fails. The tool dies with us: a Ctrl-C reaches the whole
 * group by itself, other signals are passed on here.
 */
import { spawn } from 'node:child_process';
import { explain } from './preparation-error.mjs';

const outputKeptBytes = 256 * 1024;

/**
 * @param {string} what for messages, as in "installing packages failed"
 * @param {string} command @param {readonly string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv }} options
 */
export function runQuietly(what, command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-outputKeptBytes);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    const passOn = (signal) => {
      child.kill(signal);
      child.once('close', () => process.exit(signal === 'SIGINT' ? 130 : 143));
    };
    process.once('SIGTERM', passOn);
    process.once('SIGINT', passOn);
    const done = () => {
      process.removeListener('SIGTERM', passOn);
      process.removeListener('SIGINT', passOn);
    };
    child.once('error', (error) => {
      done();
      reject(explain(what, `${command}: ${error.message}`));
    });
    child.once('close', (code, signal) => {
      done();
      if (code === 0) resolve(output);
      else reject(explain(what, `${output}\n${signal === null ? '' : `ended by ${signal}`}`));
    });
  });
}
