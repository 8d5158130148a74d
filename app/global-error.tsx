'use client';

/** The last resort, when even the root layout failed: no providers, no tokens, so it brings its own words and colours. */
export default function GlobalError({ reset }: { reset: () => void }) {
  return (
    <html lang="en">
      <body
        style={{
          font: '14px/1.5 system-ui, sans-serif',
          margin: '18vh auto',
          maxWidth: '28rem',
          padding: '0 1.5rem',
        }}
      >
        <title>Aquila</title>
        <h1 style={{ fontSize: 20, fontWeight: 600 }}>The console failed to draw</h1>
        <p>
          The server still runs. Try again; if it stays like this, the log in the data directory says why.
        </p>
        <button type="button" onClick={reset} style={{ font: 'inherit', padding: '6px 12px' }}>
          Try again
        </button>
      </body>
    </html>
  );
}
