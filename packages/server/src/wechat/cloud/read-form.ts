import { Busboy } from '@fastify/busboy';

const LIMITS = { fields: 32, fieldNameSize: 64, fieldSize: 65_536, files: 0, parts: 32 };

/**
 * The fields of a multipart form by their names in small letters; text without blanks around. Undefined for anything
 * else, for files, and where a name is missing or comes twice.
 */
export async function readForm(
  contentType: string,
  body: Buffer | undefined,
): Promise<Map<string, Buffer> | undefined> {
  if (!contentType.startsWith('multipart/form-data') || body === undefined) return undefined;
  const fields = new Map<string, Buffer>();
  try {
    await new Promise<void>((resolve, reject) => {
      // Fields hold bytes, which only this character set keeps as they are.
      const form = new Busboy({
        headers: { 'content-type': contentType },
        defCharset: 'latin1',
        limits: LIMITS,
        isPartAFile: (_name, _type, fileName) => fileName !== undefined, // bytes come with a type, but no file
      });
      form.on('field', (name: string | undefined, value, isNameCut, isValueCut) => {
        // What is thrown here nobody catches.
        if (name === undefined) return reject(new Error('Without a name'));
        const key = name.toLowerCase();
        if (isNameCut || name.length > LIMITS.fieldNameSize || isValueCut || fields.has(key))
          return reject(new Error('Too long, or twice'));
        const bytes = Buffer.from(value, 'latin1');
        fields.set(key, key === BINARY ? bytes : Buffer.from(bytes.toString('utf8').trim()));
      });
      for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const)
        form.on(limit, () => reject(new Error(limit)));
      form.on('file', (_name, stream) => {
        stream.resume();
        reject(new Error('A file'));
      });
      form.on('error', reject);
      form.on('finish', resolve);
      form.end(body);
    });
  } catch {
    return undefined;
  }
  return fields;
}

/** The one field that is no text. */
const BINARY = 'requestdata';
