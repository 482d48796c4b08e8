import { type Static, Type } from 'typebox';

/** What some APIs write about a success; those under `/datacube` and the tokens write nothing. */
export const errcodeZero = { errcode: Type.Literal(0) };
export const success = { ...errcodeZero, errmsg: Type.String({ description: '`ok`' }) };

/** An answer that says nothing else. */
export const SuccessAnswer = Type.Object(success);
export type SuccessAnswer = Static<typeof SuccessAnswer>;

/** A request without fields. */
export const NoRequest = Type.Object({});
export type NoRequest = Static<typeof NoRequest>;
