import { DownOutlined, PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import { Popup } from '../../panels/popup';
import { me } from '../../query/account';

export function AppSwitcher({ current }: { current: string | undefined }) {
  const { shell } = useCopy();
  const { apps = [], isAdministrator = false } = useQuery(me()).data ?? {};
  const name = apps.find(({ appid }) => appid === current)?.name ?? current;

  return (
    <Popup
      button={{
        className: 'app-switcher',
        'aria-label': name ? shell.switchApp(name) : shell.chooseApp,
        children: (
          <>
            <span className="app-name" title={name}>
              {name ?? shell.chooseApp}
            </span>
            <DownOutlined />
          </>
        ),
      }}
    >
      {(close) => (
        <>
          {apps.map((app) => (
            <Link
              key={app.appid}
              to="/apps/$app/overview"
              params={{ app: app.appid }}
              aria-current={app.appid === current}
              onClick={close}
            >
              {app.name} <code className="appid">{app.appid}</code>
            </Link>
          ))}
          {isAdministrator && (
            <>
              {apps.length > 0 && <hr />}
              <Link to="/apps/new" onClick={close}>
                <PlusOutlined /> {shell.addApp}
              </Link>
            </>
          )}
        </>
      )}
    </Popup>
  );
}
