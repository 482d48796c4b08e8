import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { useTitle } from '../../panels/use-title';
import { AddressesPanel } from './addresses-panel';
import { OwnersOnly } from './owners-only';
import { SecretPanel } from './secret-panel';
import { SecurityPanel } from './security-panel';

/** Who may call the WeChat APIs as this app: with which secret, from where, and how calls are signed and encrypted. */
export function WechatPage() {
  const { settings } = useCopy();
  useTitle(settings.wechat.title, useApp().name);
  return (
    <>
      <h1>{settings.wechat.title}</h1>
      <OwnersOnly>
        <SecretPanel />
        <AddressesPanel />
        <SecurityPanel />
      </OwnersOnly>
    </>
  );
}
