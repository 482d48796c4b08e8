import type { OpenInvitation } from '@minilens/wire/accounts-api';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import { FrontPage } from '../../panels/front-page';
import { Loading } from '../../panels/loading';
import { OidcButton } from '../../panels/oidc-button';
import { Question } from '../../panels/question';
import { useOwnFormat } from '../../panels/use-own-format';
import { me, openInvitation } from '../../query/account';
import { ApiError } from '../../query/api-error';
import { JoinButton } from './join-button';
import { NewAccountForm } from './new-account-form';

/** Where the link of an invitation leads. The token stands after #, so that it reaches no log. */
export function InvitationPage() {
  const { invitation: copy } = useCopy();
  const token = useLocation({ select: ({ hash }) => hash });
  const invitation = useQuery({ ...openInvitation(token), enabled: token !== '' });
  const isOver = token === '' || (invitation.error instanceof ApiError && invitation.error.status === 403);
  if (isOver)
    return (
      <FrontPage title={copy.overTitle}>
        <p>{copy.over}</p>
        <Link to="/login">{copy.toLogin}</Link>
      </FrontPage>
    );
  return (
    <FrontPage title={copy.title}>
      <Question of={invitation} lines={4}>
        {(open) => <Accept token={token} open={open} />}
      </Question>
    </FrontPage>
  );
}

function Accept({ token, open }: { token: string; open: OpenInvitation }) {
  const { invitation: copy, settings } = useCopy();
  const format = useOwnFormat();
  const who = useQuery(me());
  const { app, role, login, endsAt } = open;
  if (who.isPending) return <Loading lines={3} />;
  return (
    <div className="front-parts">
      <p>
        {app === null || role === null ? copy.toServer : copy.toApp(app.name, settings.members.roles[role])}{' '}
        <span className="muted">{copy.until(format.moment(endsAt))}</span>
      </p>
      {who.data === undefined ? (
        <>
          <NewAccountForm token={token} login={login} />
          <OidcButton label={copy.oidc} body={{ invitation: token }} />
          {app !== null && (
            <Link to="/login" search={{ to: `/invitation#${token}` }}>
              {copy.haveAccount}
            </Link>
          )}
        </>
      ) : app === null ? (
        <p>{copy.signedInAlready(who.data.login)}</p>
      ) : (
        <JoinButton token={token} app={app} login={who.data.login} />
      )}
    </div>
  );
}
