/** What there is to do beside loading what is in one's own spool, and answering for one's health. */
export const DUTIES = ['collect', 'report', 'jobs'] as const;
export type Duty = (typeof DUTIES)[number];

/** What a process may be. Several processes on one ClickHouse and one PostgreSQL share the duties; `all` has every one. */
export const ROLES = ['all', ...DUTIES] as const;
export type Role = (typeof ROLES)[number];

export const dutiesOf = (role: Role): readonly Duty[] => (role === 'all' ? DUTIES : [role]);

/** What a role serves, in words. */
export const SERVES: Record<Duty, string> = {
  collect: '/v1/collect, /v1/import and /push',
  report: '/api/v1, the WeChat paths and the dashboard',
  jobs: 'rollups only',
};
