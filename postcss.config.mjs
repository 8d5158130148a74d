/** Tailwind 4 reads its whole configuration from app/globals.css; this only plugs it in. */
const config = { plugins: { '@tailwindcss/postcss': {} } };
export default config;
