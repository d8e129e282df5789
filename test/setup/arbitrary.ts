/** Input for an endpoint, made from its JSON Schema: mostly of the right shape, with something wrong in it as often as not. */
import fc from 'fast-check';
import type { JsonSchema } from './samples.ts';

/** What clients send by mistake and attackers on purpose. */
const oddText = fc.constantFrom('', ' ', '\0', '\ud800', '\u202e', '../../etc/passwd', "'; drop table tenants; --", '%', '$ENV:HOME', '{{7*7}}', '<script>', 'x'.repeat(5000), '-1', '1e999', 'null', '__proto__', 'constructor', '🦆'.repeat(50));
const oddNumber = fc.constantFrom(0, -0, -1, 1.5, 1e308, 2 ** 31, 2 ** 53, -(2 ** 53));
const odd = fc.oneof(oddText, oddNumber, fc.constantFrom<unknown>(null, true, [], {}, [[]], { a: { b: [null] } }), fc.jsonValue({ maxDepth: 3 }));

/** @param given values that are right for a property of that name, tried as often as others */
export function arbitraryOf(schema: JsonSchema, given: Record<string, unknown[]>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 9, arbitrary: right(schema, given) }, { weight: 1, arbitrary: odd });
}

function right(schema: JsonSchema, given: Record<string, unknown[]>): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choice: JsonSchema[] | undefined = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (choice) return fc.oneof(...choice.map((one) => arbitraryOf(one, given)));
  switch (schema.type) {
    case 'object': return object(schema, given);
    case 'array': return fc.array(arbitraryOf(schema.items ?? {}, given), { minLength: Math.min(schema.minItems ?? 0, 2), maxLength: 3 });
    case 'string': return fc.oneof(text(schema), oddText);
    case 'integer': return fc.oneof(fc.integer({ min: Math.max(schema.minimum ?? -1000, -1000), max: Math.min(schema.maximum ?? 1000, 100_000) }), oddNumber);
    case 'number': return fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), oddNumber);
    case 'boolean': return fc.boolean();
    case 'null': return fc.constant(null);
    default: return fc.jsonValue({ maxDepth: 3 });
  }
}

function text(schema: JsonSchema): fc.Arbitrary<string> {
  if (schema.format === 'uuid') return fc.uuid();
  if (schema.format === 'uri') return fc.webUrl();
  if (schema.format === 'date-time') return fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2200-01-01') }).map((date) => date.toISOString());
  return fc.string({ minLength: Math.min(schema.minLength ?? 0, 10), maxLength: 30 });
}

function object(schema: JsonSchema, given: Record<string, unknown[]>): fc.Arbitrary<unknown> {
  const properties = Object.fromEntries(Object.entries<JsonSchema>(schema.properties ?? {}).map(([name, property]) => {
    const known = given[name];
    return [name, known ? fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: arbitraryOf(property, given) }) : arbitraryOf(property, given)];
  }));
  const required = fc.constantFrom((schema.required ?? []) as string[], []);
  const further = typeof schema.additionalProperties === 'object' ? arbitraryOf(schema.additionalProperties, given) : odd;
  return fc.tuple(
    required.chain((names) => fc.record(properties, { requiredKeys: names.filter((name) => name in properties) })),
    fc.oneof({ weight: 5, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.dictionary(fc.string({ maxLength: 10 }), further, { maxKeys: 2 }) }),
  ).map(([known, more]) => ({ ...more, ...known }));
}
