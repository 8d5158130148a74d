/** The mark: an eagle's eye under its brow. One colour, no gradients, legible at 16 px. Also in app/icon.svg. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 24 24" fill="currentColor" className={className}>
      <path d="M1.4 4.6 22.6 8.8 20.9 11.8 3.4 8.4Z" />
      <path
        fillRule="evenodd"
        d="M5.69 10.68A6.8 6.8 0 1 0 18.8 13.18ZM12.6 12.2a2.3 2.3 0 1 1 0 4.6 2.3 2.3 0 0 1 0-4.6Z"
      />
    </svg>
  );
}
