import { useQuery } from '@tanstack/react-query';
import { useCopy } from '../appearance/appearance';
import { ApiError } from '../query/api-error';
import { pushSettings } from '../query/push';
import { useApp } from './app-context';
import { CodeBlock } from './code-block';
import { CopyButton } from './copy-button';
import { Notice } from './notice';
import { Panel } from './panel';
import { PushSettingsForm } from './push-settings-form';
import { Question } from './question';

/** How this server passes messages on: what to enter in the WeChat console, and a form for whoever may change it. */
export function PushSetup({ title }: { title: string }) {
  const { pushSettings: copy } = useCopy();
  const { appid } = useApp();
  const settings = useQuery(pushSettings(appid));
  const isRefused = settings.error instanceof ApiError && settings.error.status === 403;
  return (
    <Panel title={title}>
      {isRefused ? (
        <Notice title={copy.notYoursTitle}>{copy.notYours}</Notice>
      ) : (
        <Question of={settings} lines={8}>
          {(answer) => (
            <div className="push-setup">
              <section aria-label={copy.url}>
                <h3>{copy.url}</h3>
                <CodeBlock code={answer.url} label={copy.url} />
                <CopyButton text={answer.url} label={copy.copyUrl} />
                <p className="muted">{copy.urlHint}</p>
              </section>
              <PushSettingsForm settings={answer} />
            </div>
          )}
        </Question>
      )}
    </Panel>
  );
}
