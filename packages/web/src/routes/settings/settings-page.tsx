import { Link, Outlet } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { Sections } from '../../panels/sections';
import { useRole } from '../../panels/use-role';

/** What is set for one app, and how its data is doing. What only owners may do is shown to them alone. */
export function SettingsPage() {
  const { settings: copy, shell } = useCopy();
  const params = { app: useApp().appid };
  const isOwner = useRole() === 'owner';
  return (
    <Sections
      label={copy.title}
      links={
        <>
          <Link to="/apps/$app/settings/install" params={params}>
            {shell.install}
          </Link>
          <Link to="/apps/$app/settings/keys" params={params}>
            {copy.keys.title}
          </Link>
          <Link to="/apps/$app/settings/agents" params={params} activeOptions={{ includeSearch: false }}>
            {copy.agents.title}
          </Link>
          <Link to="/apps/$app/settings/health" params={params} activeOptions={{ includeSearch: false }}>
            {copy.health.title}
          </Link>
          <Link to="/apps/$app/settings/data" params={params}>
            {copy.data.title}
          </Link>
          {isOwner && (
            <>
              <Link to="/apps/$app/settings/wechat" params={params}>
                {copy.wechat.title}
              </Link>
              <Link to="/apps/$app/settings/members" params={params}>
                {copy.members.title}
              </Link>
              <Link to="/apps/$app/settings/audit" params={params} activeOptions={{ includeSearch: false }}>
                {copy.audit.title}
              </Link>
            </>
          )}
        </>
      }
    >
      <Outlet />
    </Sections>
  );
}
