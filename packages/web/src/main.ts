import './app.css';
import { askFirst } from './ask-first';
import { createQueryClient } from './query/query-client';

const queries = createQueryClient();
void askFirst(queries, location);
import('./dashboard')
  .then(({ showDashboard }) => showDashboard(queries))
  .catch((error) => {
    console.error(error);
    // What would say it in the reader's language has not come.
    document.body.append('The dashboard did not load: reload the page. 页面没有加载成功，请刷新重试。');
  });
