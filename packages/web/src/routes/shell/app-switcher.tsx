import { DownOutlined, PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button, Dropdown } from 'antd';
import { useCopy } from '../../appearance/appearance';
import { me } from '../../query/account';

/** No AppID starts with this, so it cannot be taken for one. */
const ADD = '+';

export function AppSwitcher({ current }: { current: string | undefined }) {
  const { shell } = useCopy();
  const navigate = useNavigate();
  const { apps = [], isAdministrator = false } = useQuery(me()).data ?? {};
  const name = apps.find(({ appid }) => appid === current)?.name ?? current;

  return (
    <Dropdown
      trigger={['click']}
      menu={{
        selectable: true,
        selectedKeys: current ? [current] : [],
        onClick: ({ key }) =>
          void navigate(key === ADD ? { to: '/apps/new' } : { to: '/apps/$app/overview', params: { app: key } }),
        items: [
          ...apps.map((app) => ({
            key: app.appid,
            label: app.name,
            extra: <code className="appid">{app.appid}</code>,
          })),
          ...(apps.length && isAdministrator ? [{ type: 'divider' as const }] : []),
          ...(isAdministrator ? [{ key: ADD, icon: <PlusOutlined />, label: shell.addApp }] : []),
        ],
      }}
    >
      <Button className="app-switcher" aria-label={name ? shell.switchApp(name) : shell.chooseApp}>
        <span className="app-name" title={name}>
          {name ?? shell.chooseApp}
        </span>
        <DownOutlined />
      </Button>
    </Dropdown>
  );
}
