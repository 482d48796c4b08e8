import { Check } from 'typebox/value';
import { expect, test } from 'vitest';
import { toCamel, toWire } from './client/camel-case.js';
import { SAMPLES } from './samples.fixture.js';

test.each(SAMPLES)(
  'the schema of %s has each field of the platform’s sample, in its order',
  (_name, schema, sample) => {
    const value = JSON.parse(sample);
    expect(Check(schema, value)).toBe(true);
    expect(JSON.stringify(toWire(schema, toCamel(value)))).toBe(sample);
  },
);
