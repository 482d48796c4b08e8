import type { ReactNode } from 'react';
import { useCopy } from '../../appearance/appearance';
import { Notice } from '../../panels/notice';
import { useRole } from '../../panels/use-role';

/** Who comes here by an address without being an owner learns whom to ask. */
export function OwnersOnly({ children }: { children: ReactNode }) {
  const { settings } = useCopy();
  return useRole() === 'owner' ? children : <Notice title={settings.ownersOnlyTitle}>{settings.ownersOnly}</Notice>;
}
