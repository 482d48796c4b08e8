import { LogoutOutlined, SettingOutlined, UserOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import { Popup } from '../../panels/popup';
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
    <Popup
      button={{
        look: 'text',
        icon: <UserOutlined />,
        'aria-label': common.account(login),
        isBusy: leaving.isPending,
      }}
    >
      {(close) => (
        <>
          <p>{login}</p>
          <Link to="/account" onClick={close}>
            <SettingOutlined /> {account.title}
          </Link>
          <button
            type="button"
            onClick={() => {
              close();
              leaving.mutate();
            }}
          >
            <LogoutOutlined /> {common.signOut}
          </button>
        </>
      )}
    </Popup>
  );
}
