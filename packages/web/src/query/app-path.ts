/** Where everything about one app stands, below `/api/v1`. */
export const appPath = (app: string) => `/apps/${encodeURIComponent(app)}`;
