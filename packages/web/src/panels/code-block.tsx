/** Code that is read and copied; scrolls inside, also with the keyboard. */
export function CodeBlock({ code, label }: { code: string; label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable with the keyboard
    <section className="code" tabIndex={0} aria-label={label}>
      <pre>{code}</pre>
    </section>
  );
}
