/** Next calls this once for each runtime before the first request; what needs Node is kept out of the others' bundles. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { startConsole } = await import('./instrumentation-node');
    await startConsole();
  }
}
