import { useCopy } from '../../appearance/appearance';
import { CodeBlock } from '../../panels/code-block';
import { PushSetup } from '../../panels/push-setup';

const GUIDE = 'docs/guides/message-push.md';

/** Nothing was delivered: three ways to have it measured, the last of them here and now. */
export function NoDeliveries({ appid }: { appid: string }) {
  const { push } = useCopy();
  const command = `npx minilens push proxy --listen 127.0.0.1:9000 --upstream http://127.0.0.1:8080/wechat --app ${appid}`;
  return (
    <>
      <section className="panel no-deliveries">
        <h2>{push.emptyTitle}</h2>
        <p className="muted">{push.empty}</p>
        <ol className="steps">
          <li>
            <p>{push.ways.proxy}</p>
            <CodeBlock code={command} label={push.ways.proxy} />
          </li>
          <li>
            <p>{push.ways.receiver}</p>
          </li>
          <li>
            <p>{push.ways.server}</p>
          </li>
        </ol>
        <p className="muted">{push.guide(GUIDE)}</p>
      </section>
      <PushSetup title={push.setUp} />
    </>
  );
}
