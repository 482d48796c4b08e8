import type { NewApp } from '@minilens/wire/report-api';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import { InstallGuide } from '../../panels/install-guide';
import { Question } from '../../panels/question';
import { SecretOnce } from '../../panels/secret-once';
import { appUntilFirstEvent } from '../../query/app';

/** The only moment at which the secret can be seen. */
export function CreatedApp({ app }: { app: NewApp }) {
  const { newApp } = useCopy();
  const detail = useQuery(appUntilFirstEvent(app.appid));
  return (
    <div className="narrow">
      <h1>{newApp.createdTitle(app.name)}</h1>
      <SecretOnce name={newApp.secret} value={app.secret} copyLabel={newApp.copySecret}>
        {newApp.secretWhy}
      </SecretOnce>
      <Question of={detail}>{(answer) => <InstallGuide app={answer} />}</Question>
      <p>
        <Link to="/apps/$app/interfaces" params={{ app: app.appid }}>
          {newApp.toInterfaces} →
        </Link>
      </p>
    </div>
  );
}
