import { Link, Outlet } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import { Sections } from '../../panels/sections';

/** What somebody does with their own account. */
export function AccountPage() {
  const { account: copy } = useCopy();
  return (
    <Sections
      label={copy.title}
      links={
        <>
          <Link to="/account" activeOptions={{ exact: true }}>
            {copy.signIn.title}
          </Link>
          <Link to="/account/sessions">{copy.sessions.title}</Link>
          <Link to="/account/second-factor">{copy.factor.title}</Link>
          <Link to="/account/tokens">{copy.tokens.title}</Link>
        </>
      }
    >
      <Outlet />
    </Sections>
  );
}
