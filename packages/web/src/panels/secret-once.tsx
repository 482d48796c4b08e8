import type { ReactNode } from 'react';
import { useCopy } from '../appearance/appearance';
import { CodeBlock } from './code-block';
import { CopyButton } from './copy-button';

interface SecretOnceProps {
  name: string;
  value: string;
  copyLabel: string;
  children: ReactNode;
}

/** The only moment at which something can be seen; `children` say what it is for. */
export function SecretOnce({ name, value, copyLabel, children }: SecretOnceProps) {
  const { newApp } = useCopy();
  return (
    <section className="secret" aria-label={name}>
      <h2>
        {name} <span className="once">{newApp.secretOnce}</span>
      </h2>
      <p>{children}</p>
      <CodeBlock code={value} label={name} />
      <CopyButton text={value} label={copyLabel} primary />
    </section>
  );
}
