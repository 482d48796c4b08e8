import type { AppDetail } from '@minilens/wire/report-api';
import { createContext, use } from 'react';

export const AppContext = createContext<AppDetail | null>(null);

/** The app whose screens these are. */
export function useApp(): AppDetail {
  const app = use(AppContext);
  if (!app) throw new Error('useApp needs an AppScope above it');
  return app;
}
