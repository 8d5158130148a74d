/** Stands in for the `server-only` marker package when code runs outside a Next build. */
export {};
