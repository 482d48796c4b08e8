import { Link } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { CodeBlock } from '../../panels/code-block';
import { CopyButton } from '../../panels/copy-button';
import { Panel } from '../../panels/panel';
import { useRole } from '../../panels/use-role';
import { useTitle } from '../../panels/use-title';

/** What each kind of key is for, and where it is. */
export function KeysPage() {
  const { settings, newApp } = useCopy();
  const copy = settings.keys;
  const app = useApp();
  const isOwner = useRole() === 'owner';
  useTitle(copy.title, app.name);
  return (
    <>
      <h1>{copy.title}</h1>
      <Panel title={copy.agentKey}>
        <div className="panel-text">
          <p className="muted">{copy.agentKeyWhy}</p>
          <CodeBlock code={app.key} label={copy.agentKey} />
          <CopyButton text={app.key} label={copy.copyKey} />
        </div>
      </Panel>
      {isOwner && (
        <Panel title={newApp.secret}>
          <div className="panel-text">
            <p className="muted">{settings.secret.why}</p>
            <Link to="/apps/$app/settings/wechat" params={{ app: app.appid }}>
              {settings.wechat.title} →
            </Link>
          </div>
        </Panel>
      )}
      <Panel title={copy.apiTokens}>
        <div className="panel-text">
          <p className="muted">{copy.apiTokensWhy}</p>
          <Link to="/account/tokens">{copy.toApiTokens} →</Link>
        </div>
      </Panel>
    </>
  );
}
