/**
 * Shows what the preparation does and how long it takes, on standard error: one line a step. On a terminal the line
 * counts the seconds; elsewhere a long step says now and then that it is still alive.
 */
const aliveEveryMs = 15_000;

function seconds(ms) {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}

/** @param {NodeJS.WriteStream} stream */
export function createProgress(stream = process.stderr) {
  const live = stream.isTTY === true && process.env.CI === undefined;
  const line = (mark, text, ms) => `${mark} ${text.padEnd(44)} ${seconds(ms).padStart(7)}`;

  return {
    note(text) {
      stream.write(`  ${text}\n`);
    },
    /** Runs `work` under a line of its own. */
    async step(text, work) {
      const started = performance.now();
      const elapsed = () => performance.now() - started;
      if (!live) stream.write(`  ${text} ...\n`);
      const ticking = setInterval(
        () =>
          stream.write(
            live
              ? `\r\x1b[2K${line(' ', text, elapsed())}`
              : `  ${text}: still at it (${seconds(elapsed())})\n`,
          ),
        live ? 200 : aliveEveryMs,
      );
      const end = (mark) => stream.write(`${live ? '\r\x1b[2K' : ''}${line(mark, text, elapsed())}\n`);
      try {
        const result = await work();
        end('✓');
        return result;
      } catch (error) {
        end('✗');
        throw error;
      } finally {
        clearInterval(ticking);
      }
    },
  };
}
