import { CheckOutlined, CopyOutlined } from '@ant-design/icons';
import { useState } from 'react';
import { useCopy } from '../appearance/appearance';
import { Button } from './button';

/** How long the button says that it worked. Unit: ms. */
const SAID_MS = 2_000;

export function CopyButton({ text, label, primary = false }: { text: string; label: string; primary?: boolean }) {
  const copy = useCopy();
  const [isCopied, setCopied] = useState(false);
  const copyIt = async () => {
    await copyText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), SAID_MS);
  };
  return (
    <Button
      look={primary ? 'primary' : 'plain'}
      icon={isCopied ? <CheckOutlined /> : <CopyOutlined />}
      onClick={copyIt}
    >
      <span aria-live="polite">{isCopied ? copy.common.copied : label}</span>
    </Button>
  );
}

/** The clipboard exists only on HTTPS and on this machine; a server in the local network is neither. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}
