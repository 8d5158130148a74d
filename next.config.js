/**
 * How the console is built. Parts of Next that we do not use and others were attacked through stay off: the image
 * optimizer, the powered-by header, server source maps for browsers. Headers that are the same for every answer are
 * set here; the content security policy has a nonce and comes from proxy.ts.
 */
import { mkdirSync, writeFileSync } from 'node:fs';

const distDir = process.env.AQUILA_NEXT_DIST || '.next';

/** Next writes the build directory into the tsconfig it is given. For a build beside the usual one that is a copy. */
function tsconfigPath() {
  if (distDir === '.next') return 'tsconfig.json';
  const copy = `node_modules/.cache/aquila/tsconfig${distDir}.json`;
  mkdirSync('node_modules/.cache/aquila', { recursive: true });
  writeFileSync(copy, JSON.stringify({ extends: '../../../tsconfig.json', include: [] }));
  return copy;
}

const headersOfAll = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Referrer-Policy', value: 'same-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=(), payment=(), usb=()' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
];

/** @type {import('next').NextConfig} */
const nextConfig = {
  distDir,
  poweredByHeader: false,
  productionBrowserSourceMaps: false,
  reactStrictMode: true,
  images: { unoptimized: true },
  devIndicators: false,
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
