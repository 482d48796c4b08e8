import { Type } from 'typebox';

/** A counter. Clients decode it into an integer. */
export const count = (description: string) => Type.Integer({ minimum: 0, description });

/** A mean or a duration: a JSON number of at most 4 decimals. */
export const mean = (description: string) =>
  Type.Number({ minimum: 0, description: `${description}. At most 4 decimals` });
