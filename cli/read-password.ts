/**
 * A password from the terminal, unseen and typed twice, or the first line of standard input. Never from an argument: those
 * are in the process list and in the shell's history.
 */
import { createInterface } from 'node:readline';
import { CommandError } from './command-error.ts';

async function firstLineOfInput(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) return line;
  return '';
}

function typedUnseen(prompt: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(prompt);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdin.resume();
  return new Promise((resolve, reject) => {
    let typed = '';
    const end = (): void => {
      stdin.setRawMode(false);
      stdin.pause();
      stdin.removeListener('data', onData);
      stderr.write('\n');
    };
    const onData = (chunk: string): void => {
      for (const key of chunk) {
        if (key === '\r' || key === '\n') {
          end();
          resolve(typed);
          return;
        }
        if (key === '\u0003' || key === '\u0004') {
          end();
          reject(new CommandError('given up; nothing was changed.'));
          return;
        }
        typed = key === '\u007f' || key === '\b' ? typed.slice(0, -1) : typed + key;
      }
    };
    stdin.on('data', onData);
  });
}

/** @throws CommandError when two typed passwords differ */
export async function readPassword(): Promise<string> {
  if (!process.stdin.isTTY) return firstLineOfInput();
  const first = await typedUnseen('Password: ');
  if (first !== (await typedUnseen('The same again: ')))
    throw new CommandError('the two passwords differ; nothing was changed.');
  return first;
}
