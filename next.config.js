/**
 * How the console is built. Parts of Next that we do not use and others were attacked through stay off: the image
 * optimizer, the powered-by header, server source maps for browsers. Headers that are the same for every answer are
 * set here; the content security policy has a nonce and comes from proxy.ts.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const distDir = process.env.AQUILA_NEXT_DIST || '.next';

/** Next writes the build directory into the tsconfig it is given. For a build beside the usual one that is a copy. */
function tsconfigPath() {
  if (distDir === '.next') return 'tsconfig.json';
  const copy = `node_modules/.cache/aquila/tsconfig${distDir}.json`;
  mkdirSync('node_modules/.cache/aquila', { recursive: true });
  writeFileSync(copy, JSON.stringify({ extends: '../../../tsconfig.json', include: [] }));
  return copy;
}

/** Those of files that Next never sees are the same (console/services/build-files.ts). */
const headersOfAll = Object.entries(
  JSON.parse(readFileSync(new URL('console/config/answer-headers.json', import.meta.url), 'utf8')),
).map(([key, value]) => ({ key, value }));

/**
 * Catalogues are compiled when the console is built, so that what would compile them stays out of pages (12 kB of each, gzipped). As
 * next-intl's own plugin does it, whose files for a request are not ours. That it was done, scripts/check-page-scripts.ts checks.
 */
const compiledWords = {
  rules: {
    '*.json': {
      loaders: [
        {
          loader: 'next-intl/extractor/catalogLoader',
          options: { messages: { format: 'json', precompile: true } },
        },
      ],
      condition: { path: '**/messages/*.json' },
      as: '*.js',
    },
  },
  resolveAlias: {
    'use-intl/format-message': './node_modules/use-intl/dist/esm/production/format-message/format-only.js',
  },
};

/** @type {import('next').NextConfig} */
const nextConfig = {
  distDir,
  poweredByHeader: false,
  productionBrowserSourceMaps: false,
  reactStrictMode: true,
  images: { unoptimized: true },
  devIndicators: false,
  turbopack: compiledWords,
  // `npm test` and `npm run check` do both, for the whole tree and once.
  typescript: { ignoreBuildErrors: true, tsconfigPath: tsconfigPath() },
  // Packages with binaries, or that look for files of their own.
  serverExternalPackages: [
    '@libsql/client',
    '@node-rs/argon2',
    '@node-rs/crc32',
    '@prisma/adapter-libsql',
    '@prisma/adapter-mariadb',
    '@prisma/adapter-pg',
    '@prisma/client',
    '@bokuweb/zstd-wasm',
    'kafkajs',
    'libsql',
    'lz4-napi',
    'mariadb',
    'nodemailer',
    'pg',
    'snappy',
  ],
  headers: async () => [{ source: '/:path*', headers: headersOfAll }],
  // Where Kafka Eagle lived.
  redirects: async () => [
    { source: '/ke', destination: '/', permanent: false },
    { source: '/ke/:path*', destination: '/', permanent: false },
  ],
};

export default nextConfig;
