import { DownloadOutlined } from '@ant-design/icons';
import type { AppDetail } from '@minilens/wire/report-api';
import { useCopy } from '../appearance/appearance';
import { agentSnippet } from './agent-snippet';
import { CodeBlock } from './code-block';
import { CopyButton } from './copy-button';
import { FirstEvent } from './first-event';

/** The server gives it out under this name. */
const AGENT_FILE = 'minilens-mp-agent.js';

/** From nothing to the first event, in the order in which it is done. */
export function InstallGuide({ app }: { app: AppDetail }) {
  const { install } = useCopy();
  const snippet = agentSnippet(app);
  const { origin, protocol } = new URL(app.endpoint, location.href);
  return (
    <ol className="steps">
      <li>
        <h2>{install.fileTitle}</h2>
        <p className="muted">{install.file}</p>
        <a className="button button-plain" href={`/${AGENT_FILE}`} download={AGENT_FILE}>
          <DownloadOutlined />
          {install.saveFile(AGENT_FILE)}
        </a>
      </li>
      <li>
        <h2>{install.snippetTitle}</h2>
        <p className="muted">{install.snippet}</p>
        <CodeBlock code={snippet} label={install.snippetTitle} />
        <CopyButton text={snippet} label={install.copySnippet} />
      </li>
      <li>
        <h2>{install.domainTitle}</h2>
        <p className="muted">{protocol === 'https:' ? install.domain(origin) : install.plainHttp(origin)}</p>
      </li>
      <li>
        <h2>{install.waitTitle}</h2>
        <FirstEvent app={app} />
      </li>
    </ol>
  );
}
