/** The lens with a pulse in it, and the name. */
export function Wordmark() {
  return (
    <span className="wordmark">
      <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
        <circle cx="10.5" cy="10.5" r="7.5" />
        <path d="m16 16 5 5" />
        <path className="pulse" d="M6.8 11.2h1.9l1.4-3 1.9 4.8 1.1-1.8h1.2" />
      </svg>
      <span>
        mini<b>lens</b>
      </span>
    </span>
  );
}
