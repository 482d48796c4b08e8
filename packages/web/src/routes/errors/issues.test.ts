import type { IssueState } from '@minilens/wire/records';
import { expect, test } from 'vitest';
import { issuesOf } from './issues';

const rows = [
  { issue: 'a', error: 'TypeError', message: "Cannot read property 'price' of undefined" },
  { issue: 'b', error: 'Error', message: 'order :id is gone' },
  { issue: 'c', error: 'Error', message: 'timeout' },
  { issue: 'd', error: 'RangeError', message: 'came back' },
];
const said = (issue: string, state: IssueState['state']): IssueState => ({
  ...{ issue, state, version: '', changedAt: 0, changedBy: 'lin' },
});
const states = [said('b', 'resolved'), said('c', 'ignored'), said('d', 'open')];

test.each([
  [{}, ['a', 'd']],
  [{ state: 'resolved' as const }, ['b']],
  [{ state: 'ignored' as const }, ['c']],
  [{ state: 'any' as const }, ['a', 'b', 'c', 'd']],
  [{ state: 'any' as const, search: 'ERROR order' }, ['b']],
  [{ search: 'timeout' }, []],
])('%j finds %j', (wanted, issues) => {
  expect(issuesOf(rows, states, wanted).map(({ row }) => row.issue)).toEqual(issues);
});
