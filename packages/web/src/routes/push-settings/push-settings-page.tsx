import { Link } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { PushSetup } from '../../panels/push-setup';
import { useTitle } from '../../panels/use-title';

export function PushSettingsPage() {
  const { push, pushSettings: copy } = useCopy();
  const app = useApp();
  useTitle(copy.title, app.name);
  return (
    <div className="narrow">
      <div>
        <Link to="/apps/$app/push" params={{ app: app.appid }}>
          ← {push.title}
        </Link>
        <h1>{copy.title}</h1>
      </div>
      <PushSetup title={push.setUp} />
    </div>
  );
}
