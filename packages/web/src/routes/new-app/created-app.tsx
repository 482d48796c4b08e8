import type { NewApp } from '@minilens/wire/report-api';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import { CodeBlock } from '../../panels/code-block';
import { CopyButton } from '../../panels/copy-button';
import { InstallGuide } from '../../panels/install-guide';
import { Question } from '../../panels/question';
import { appUntilFirstEvent } from '../../query/app';

/** The only moment at which the secret can be seen. */
export function CreatedApp({ app }: { app: NewApp }) {
  const { newApp } = useCopy();
  const detail = useQuery(appUntilFirstEvent(app.appid));
  return (
    <div className="narrow">
      <h1>{newApp.createdTitle(app.name)}</h1>
      <section className="secret" aria-label={newApp.secret}>
        <h2>
          {newApp.secret} <span className="once">{newApp.secretOnce}</span>
        </h2>
        <p>{newApp.secretWhy}</p>
        <CodeBlock code={app.secret} label={newApp.secret} />
        <CopyButton text={app.secret} label={newApp.copySecret} primary />
      </section>
      <Question of={detail}>{(answer) => <InstallGuide app={answer} />}</Question>
      <p>
        <Link to="/apps/$app/interfaces" params={{ app: app.appid }}>
          {newApp.toInterfaces} →
        </Link>
      </p>
    </div>
  );
}
