/**
 * Browser journeys against the whole product. One worker: all journeys share one product (see fixtures.ts), as people
 * share one console, and two products with two browsers take two cores as long as one after the other. The browser is the
 * one in CHROMIUM (`npm test` finds one), else Debian's, else Playwright's own.
 */
import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

const debian = '/usr/bin/chromium';
const named = process.env['CHROMIUM'];
const program = named !== undefined && named !== '' ? named : existsSync(debian) ? debian : undefined;

export default defineConfig({
  testDir: '.',
  // What ends in .test.ts is vitest's, here as everywhere.
  testMatch: '*.spec.ts',
  outputDir: '../test-results',
  workers: 1,
  fullyParallel: false,
  // Past this the product itself is broken; every further journey would only wait for the same thing.
  maxFailures: 10,
  forbidOnly: process.env['CI'] !== undefined,
  // Far more than a journey takes: a busy machine is no reason to fail.
  timeout: 180_000,
  expect: { timeout: 60_000 },
  reporter: 'list',
  use: {
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    screenshot: 'only-on-failure',
    // A trace keeps each step with its page, of journeys that pass, too: it costs more than many a journey.
    trace: process.env['AQUILA_TRACE'] === 'on' ? 'retain-on-failure' : 'off',
    launchOptions: {
      ...(program === undefined ? {} : { executablePath: program }),
      // As root Chromium's own sandbox cannot start; the rest keeps it from calling its makers.
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
});
