import { LogoutOutlined, SettingOutlined, UserOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button, Dropdown } from 'antd';
import { useCopy } from '../../appearance/appearance';
import { me, signOut } from '../../query/account';

export function AccountMenu() {
  const { common, account } = useCopy();
  const login = useQuery(me()).data?.login ?? '';
  const navigate = useNavigate();
  const queries = useQueryClient();
  const leaving = useMutation({
    mutationFn: signOut,
    onSuccess: async () => {
      await navigate({ to: '/login' });
      // Nothing of this account may be left for the next one.
      queries.clear();
    },
  });
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'login', type: 'group', label: login },
          {
            key: 'account',
            icon: <SettingOutlined />,
            label: account.title,
            onClick: () => void navigate({ to: '/account' }),
          },
          { key: 'out', icon: <LogoutOutlined />, label: common.signOut, onClick: () => leaving.mutate() },
        ],
      }}
    >
      <Button type="text" icon={<UserOutlined />} aria-label={common.account(login)} loading={leaving.isPending} />
    </Dropdown>
  );
}
