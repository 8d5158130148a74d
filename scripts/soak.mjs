/** `npm run soak -- [--minutes N]`: prepares, then runs e2e/soak/main.ts. */
import { spawn } from 'node:child_process';
import { prepareOrExit, root } from './prepare/prepare.mjs';

await prepareOrExit({ console: true });
// Node has the client of the inspector's protocol from version 22 on, before that on request.
const flags = typeof WebSocket === 'undefined' ? ['--experimental-websocket'] : [];
const child = spawn(
  process.execPath,
  [...flags, '--import', 'tsx', 'e2e/soak/main.ts', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
// Ctrl-C reaches the child by the terminal, SIGTERM by us; it ends what it started.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.once('close', (code) => process.exit(code ?? 1));
