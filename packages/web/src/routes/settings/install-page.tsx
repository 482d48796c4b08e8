import { useQuery } from '@tanstack/react-query';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { InstallGuide } from '../../panels/install-guide';
import { useTitle } from '../../panels/use-title';
import { appUntilFirstEvent } from '../../query/app';

export function InstallPage() {
  const { install } = useCopy();
  const app = useApp();
  const { data = app } = useQuery(appUntilFirstEvent(app.appid));
  useTitle(install.title, app.name);
  return (
    <div className="narrow-start">
      <h1>{install.title}</h1>
      <InstallGuide app={data} />
    </div>
  );
}
