import { Loading } from './loading';

/** While a screen's code or the account is on its way. */
export function PageLoading() {
  return (
    <div className="page">
      <Loading lines={6} />
    </div>
  );
}
