import type { AppRole } from '@minilens/wire/accounts-api';

/** As in the contract, whose schemas the browser does not load. The least first. */
export const ROLES = ['viewer', 'editor', 'owner'] as const satisfies AppRole[];
