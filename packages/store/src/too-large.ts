/** Names of the engine's errors that say a statement took more time or memory than it may. */
const BOUNDS = ['TIMEOUT_EXCEEDED', 'MEMORY_LIMIT_EXCEEDED'];

/** Whether a statement failed because it asks for too much: the same one will fail again. */
export const isTooLarge = (error: unknown): boolean =>
  error instanceof Error && BOUNDS.includes(String((error as { type?: unknown }).type));
