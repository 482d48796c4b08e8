import { type TSchema, Type } from 'typebox';

/** `stay_time_uv` becomes `stayTimeUv`, `DeviceModel` becomes `deviceModel`; what is in camel case stays. */
export type CamelKey<Key extends string> = Key extends `${infer Head}_${infer Tail}`
  ? `${Uncapitalize<Head>}${Capitalize<CamelKey<Tail>>}`
  : Uncapitalize<Key>;

/** The same value with every key in camel case. */
export type Camel<Value> = Value extends readonly (infer Item)[]
  ? Camel<Item>[]
  : Value extends object
    ? { [Key in keyof Value as Key extends string ? CamelKey<Key> : Key]: Camel<Value[Key]> }
    : Value;

export function camelKey(key: string): string {
  const [head = '', ...tail] = key.split('_');
  return first(head, 'toLowerCase') + tail.map((part) => first(part, 'toUpperCase')).join('');
}

const first = (word: string, change: 'toLowerCase' | 'toUpperCase') => word.slice(0, 1)[change]() + word.slice(1);

export function toCamel<Value>(value: Value): Camel<Value> {
  if (Array.isArray(value)) return value.map(toCamel) as Camel<Value>;
  if (!isRecord(value)) return value as Camel<Value>;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [camelKey(key), toCamel(inner)]),
  ) as Camel<Value>;
}

/**
 * The way back needs the schema: the platform itself writes some keys in camel case and some not. Keys come out in the
 * schema's order; what the schema does not name is left out.
 */
export function toWire(schema: TSchema, value: unknown): unknown {
  if (Type.IsArray(schema) && Array.isArray(value)) return value.map((item) => toWire(schema.items, item));
  if (!Type.IsObject(schema) || !isRecord(value)) return value;
  const given = Object.entries(schema.properties).flatMap(([key, inner]) => {
    const field = value[camelKey(key)];
    return field === undefined ? [] : [[key, toWire(inner, field)]];
  });
  return Object.fromEntries(given);
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
