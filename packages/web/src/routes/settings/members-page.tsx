import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { useTitle } from '../../panels/use-title';
import { InvitationsPanel } from './invitations-panel';
import { MembersPanel } from './members-panel';
import { OwnersOnly } from './owners-only';

export function MembersPage() {
  const { settings } = useCopy();
  useTitle(settings.members.title, useApp().name);
  return (
    <>
      <h1>{settings.members.title}</h1>
      <OwnersOnly>
        <MembersPanel />
        <InvitationsPanel />
      </OwnersOnly>
    </>
  );
}
