/** What a process may be. Several processes on one ClickHouse and one PostgreSQL share the work; `all` does everything. */
export const ROLES = ['all', 'collect', 'report', 'jobs'] as const;
export type Role = (typeof ROLES)[number];

/** What a role does beside loading what is in its spool, and answering for its health. */
interface Duties {
  /** `/v1/collect`, `/v1/import` */
  collects: boolean;
  /** `/api/v1`, the WeChat paths, the dashboard, the agent file */
  reports: boolean;
  /** Rolls up and tidies. */
  runsJobs: boolean;
}

export const DUTIES: Record<Role, Duties> = {
  all: { collects: true, reports: true, runsJobs: true },
  collect: { collects: true, reports: false, runsJobs: false },
  report: { collects: false, reports: true, runsJobs: false },
  jobs: { collects: false, reports: false, runsJobs: true },
};

/** What a role serves, in words. */
export const SERVES: Record<Exclude<Role, 'all'>, string> = {
  collect: '/v1/collect and /v1/import',
  report: '/api/v1, the WeChat paths and the dashboard',
  jobs: 'rollups only',
};
