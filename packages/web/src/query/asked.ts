/** Screens are left open: figures follow the events this far behind. Unit: ms. */
export const FOLLOW_STEP_MS = 30_000;

/** The API pages no further. Unit: rows. */
export const MAX_OFFSET = 100_000;

/** Days of the app's zone or moments, as the report API reads them. */
export interface AskedRange {
  from: string;
  to: string;
}

export interface AskedPage {
  limit: number;
  offset: number;
}
