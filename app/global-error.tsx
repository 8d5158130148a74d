'use client';

/** The last resort, when even the root layout failed: no providers, no tokens, so it brings its own words, in each language, and colours. */
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
        <div lang="zh-CN">
          <h2 style={{ fontSize: 16, fontWeight: 600 }}>控制台未能绘制页面</h2>
          <p>服务器仍在运行。可以重试；如果问题依旧，数据目录中的日志会说明原因。</p>
        </div>
        <button type="button" onClick={reset} style={{ font: 'inherit', padding: '6px 12px' }}>
          Try again · <span lang="zh-CN">重试</span>
        </button>
      </body>
    </html>
  );
}
