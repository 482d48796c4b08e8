import { Link, Outlet, useParams } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import { AppearanceControls } from '../../panels/appearance-controls';
import { Wordmark } from '../../panels/wordmark';
import { AccountMenu } from './account-menu';
import { AppSwitcher } from './app-switcher';

/** The frame of every screen behind the login. */
export function Shell() {
  const copy = useCopy();
  const { app } = useParams({ strict: false });
  return (
    <>
      <a className="skip" href="#content">
        {copy.common.skip}
      </a>
      <header className="shell-head">
        <Link to="/" className="home" aria-label={copy.common.home}>
          <Wordmark />
        </Link>
        <AppSwitcher current={app} />
        {app && (
          <nav aria-label={copy.shell.navigation}>
            <Link to="/apps/$app/overview" params={{ app }} activeOptions={{ includeSearch: false }}>
              {copy.shell.overview}
            </Link>
            <Link to="/apps/$app/live" params={{ app }} activeOptions={{ includeSearch: false }}>
              {copy.shell.live}
            </Link>
            <Link to="/apps/$app/visits" params={{ app }} activeOptions={{ includeSearch: false }}>
              {copy.shell.visits}
            </Link>
            <Link to="/apps/$app/interfaces" params={{ app }} activeOptions={{ includeSearch: false }}>
              {copy.shell.interfaces}
            </Link>
            <Link to="/apps/$app/requests" params={{ app }} activeOptions={{ includeSearch: false }}>
              {copy.shell.requests}
            </Link>
            <Link to="/apps/$app/performance" params={{ app }} activeOptions={{ includeSearch: false }}>
              {copy.shell.performance}
            </Link>
            <Link to="/apps/$app/push" params={{ app }} activeOptions={{ includeSearch: false }}>
              {copy.shell.push}
            </Link>
            <Link to="/apps/$app/errors" params={{ app }} activeOptions={{ includeSearch: false }}>
              {copy.shell.errors}
            </Link>
            <Link to="/apps/$app/users" params={{ app }} activeOptions={{ includeSearch: false }}>
              {copy.shell.users}
            </Link>
            <Link to="/apps/$app/settings" params={{ app }}>
              {copy.settings.title}
            </Link>
          </nav>
        )}
        <span className="controls">
          <AppearanceControls />
          <AccountMenu />
        </span>
      </header>
      <main id="content" className="page" tabIndex={-1}>
        <Outlet />
      </main>
    </>
  );
}
