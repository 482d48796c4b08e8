import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres.js';

/** Before the tests of the project `postgres`: one server for all its files. */
export default async function setup(project: TestProject) {
  const postgres = await startPostgres();
  project.provide('postgresUrl', postgres.url);
  return () => postgres.remove();
}
