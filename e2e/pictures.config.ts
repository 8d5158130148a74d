/** The journeys' settings for `npm run docs:pictures`, which is no check: pictures are made when a page has changed its looks. */
import { defineConfig } from '@playwright/test';
import journeys from './playwright.config.ts';

export default defineConfig({ ...journeys, testMatch: 'pictures.ts' });
