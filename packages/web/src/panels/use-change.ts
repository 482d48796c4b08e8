import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';

/** Of a list: whatever else changes, another page of something else means nothing. Back to the first. */
export const FIRST_PAGE = { page: undefined };

/**
 * Writes what changed into the address of the screen, in its place: going back leaves the screen.
 *
 * @param along what every change changes too, unless it says otherwise; the same object each time.
 */
export function useChange<Search extends object>(along?: Partial<Search>): (changed: Search) => void {
  const navigate = useNavigate();
  return useCallback(
    (changed) =>
      void navigate({
        to: '.',
        search: (before: object) => ({ ...before, ...along, ...changed }),
        replace: true,
        resetScroll: false,
      }),
    [navigate, along],
  );
}
