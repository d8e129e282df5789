/** What stands in the lists that a form lets one choose from. */
import { createRegistry } from '../../../control-plane/src/kinds/registry.ts';
import { inputJsonSchema } from '../../../control-plane/src/kinds/fields.ts';
import { registerBuiltInKinds } from '../../../control-plane/src/kinds/index.ts';
import { descriptionInWords, optionInWords, optionsOf } from '../../../control-plane/ui/src/form/optionWords.ts';
import type { FieldSchema } from '../../../control-plane/ui/src/form/schema.ts';

test('values read as words; what may be a name stays as it is', () => {
  expect(['none', 'api_key', 'oauth2_authorization_code', 'link_header', 'verify-ca', 'starttls', 'sha256', 'github'].map(optionInWords))
    .toEqual(['None', 'API key', 'OAuth 2.0 authorization code', 'Link header', 'Verify CA', 'STARTTLS', 'SHA-256', 'GitHub']);
  const names = ['SCRAM-SHA-256', 'POST', 'HS256', 'us-east-1', 'gpt-4o', 'v2', '2026-01', 'Eigene Worte', 'constructor_'];
  expect(names.map(optionInWords)).toEqual(names);
});

test('the default says that it is one; nothing is a choice only where there is no default', () => {
  const choices = (schema: FieldSchema, required = false, isChosen = false) => optionsOf(schema, required, isChosen).map(({ value, label }) => `${value}: ${label}`);
  expect(choices({ enum: ['none', 'basic'], default: 'none' })).toEqual(['none: None (default)', 'basic: Basic']);
  expect(choices({ enum: ['default', 'other'], default: 'default' })).toEqual(['default: Default', 'other: Other']);
  expect(choices({ enum: ['page', 'none'] })).toEqual([': Not set', 'page: Page', 'none: None']);
  expect(choices({ enum: ['page', 'none'] }, true)).toEqual([': Choose one', 'page: Page', 'none: None']);
  expect(choices({ enum: ['page', 'none'] }, true, true)).toEqual(['page: Page', 'none: None']);
});

test('a description explains the values by the words that they are chosen by', () => {
  const schema = { enum: ['disable', 'verify-ca', 'oauth2'], description: 'disable: never. verify-ca: its certificate; oauth2: a person’s account. For a note: disable, or disable: so' };
  expect(descriptionInWords(schema)).toBe('Disable: never. Verify CA: its certificate; OAuth 2.0: a person’s account. For a note: disable, or disable: so');
  expect(descriptionInWords({ enum: ['a'] })).toBeUndefined();
});

test('of no kind is there a choice that begins with a small letter, but for names that are sent as they are', () => {
  const registry = createRegistry();
  registerBuiltInKinds(registry);
  const choicesIn = (schema: FieldSchema): string[] => Object.values(schema.properties ?? {}).flatMap((field) => [...(field.enum ?? []).map(String), ...choicesIn(field), ...(field.items ? choicesIn(field.items) : [])]);
  const choices = [...new Set(registry.list().flatMap(({ config }) => choicesIn(inputJsonSchema(config) as FieldSchema)))];
  expect(choices.length).toBeGreaterThan(30);
  expect(choices.map(optionInWords).filter((words) => !/^[A-Z]/.test(words))).toEqual(['max_completion_tokens', 'max_tokens']);
});
