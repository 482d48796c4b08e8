import { useCopy } from '../appearance/appearance';

/** A version of the Mini Program; builds outside a release have none. */
export function VersionName({ version }: { version: string }) {
  const { detail } = useCopy();
  return version ? (
    version
  ) : (
    <span className="muted" title={detail.noVersionHint}>
      {detail.noVersion}
    </span>
  );
}
