import './app.css';
import { askFirst } from './ask-first';
import { createQueryClient } from './query/query-client';

const queries = createQueryClient();
void askFirst(queries, location);
void import('./dashboard').then(({ showDashboard }) => showDashboard(queries));
