/** Parameters and fields of these APIs whose values are credentials. */
const SECRETS: ReadonlySet<string> = new Set([
  'access_token',
  'component_access_token',
  'secret',
  'appsecret',
  'component_appsecret',
  'component_secret',
  'component_verify_ticket',
  'authorization_code',
  'authorizer_refresh_token',
]);
const HIDDEN = '***';

/** In what is no JSON: a name, and what follows it up to the end of the text between quotes. */
const NAMED_SECRET = new RegExp(`(${[...SECRETS].join('|')})(["'\\s]*[:=]\\s*["']?)[^"'&\\s,}]*`, 'gi');

/** A path with its query, without the credentials in it, however their names are written. */
export function hideInUrl(url: string): string {
  const [path = '', query] = url.split(/\?(.*)/s);
  if (query === undefined) return path;
  const parameters = [...new URLSearchParams(query)].map(([name, value]) =>
    SECRETS.has(name) ? `${name}=${HIDDEN}` : `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  );
  return `${path}?${parameters.join('&')}`;
}

/** A body as it came, without the credentials in it. */
export function hideInBody(body: string): string {
  let hidesAny = false;
  try {
    const hidden = JSON.stringify(JSON.parse(body), (name, value) => {
      if (!SECRETS.has(name)) return value;
      hidesAny = true;
      return HIDDEN;
    });
    return hidesAny ? hidden : body;
  } catch {
    return body.replace(NAMED_SECRET, `$1$2${HIDDEN}`);
  }
}
