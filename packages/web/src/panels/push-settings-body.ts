import type { PushSettings, PushSettingsBody } from '@minilens/wire/push-report';

/** The form. Secrets are never read back: an empty one stays as it is, unless it is to be removed. */
export interface PushSettingsFields extends Pick<PushSettings, 'mode' | 'format' | 'coverLate' | 'keepContent'> {
  upstream: string;
  token: string;
  removesToken: boolean;
  encodingAesKey: string;
  removesKey: boolean;
}

export const fieldsOf = ({ upstream, mode, format, coverLate, keepContent }: PushSettings): PushSettingsFields => ({
  upstream: upstream ?? '',
  mode,
  format,
  coverLate,
  keepContent,
  token: '',
  removesToken: false,
  encodingAesKey: '',
  removesKey: false,
});

export function bodyOf(fields: PushSettingsFields): PushSettingsBody {
  const { upstream, mode, format, coverLate, keepContent } = fields;
  const token = changed(fields.token, fields.removesToken);
  const encodingAesKey = changed(fields.encodingAesKey, fields.removesKey);
  return {
    upstream: upstream.trim() || null,
    mode,
    format,
    coverLate,
    keepContent,
    ...(token === undefined ? {} : { token }),
    ...(encodingAesKey === undefined ? {} : { encodingAesKey }),
  };
}

/** A new secret, null for one that goes, undefined for one that stays. */
const changed = (typed: string, isRemoved: boolean): string | null | undefined =>
  isRemoved ? null : typed.trim() || undefined;
