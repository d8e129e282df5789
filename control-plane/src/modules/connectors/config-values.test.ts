import { z } from 'zod';
import { defineKind, secret } from '../../kinds/contract.ts';
import { timeoutField } from '../../kinds/shared/config.ts';
import { email } from '../../categories/email.ts';
import { newKey } from '../../platform/crypto/envelope.ts';
import { createEnvironmentReader, effectiveConfig, maskedConfig, mergeConfig, seal, unseal, validateConfig } from './config-values.ts';

const kind = defineKind({
  kind: 'post', label: 'Post', description: 'A kind for this test', category: email, documentation_url: 'https://example.com',
  peer: { class: 'protocol peer', name: 'none' },
  config: z.strictObject({
    host: z.string().min(1).meta({ title: 'Host', destination: true }),
    port: z.int().default(587).meta({ title: 'Port', destination: true }),
    username: z.string().optional().meta({ title: 'User name' }),
    password: secret(z.string().optional()).meta({ title: 'Password' }),
    timeout: timeoutField,
  }),
  open: (): never => { throw new Error('not opened here'); },
});
const where = { tenant_id: 'acme', connector_id: 'one' };
const environment = createEnvironmentReader(['SMTP_*', 'globex:ONLY_GLOBEX'], { SMTP_PASSWORD: 'canary', SMTP_PORT: '25', HOME: '/home' });

test('the meta of a secret survives what is said about it afterwards', () => {
  expect(maskedConfig(kind, { config: {}, secrets: {} })['password']).toEqual({ set: false });
});

test('secrets are kept apart, encrypted, and shown only as set', () => {
  const key = newKey();
  const stored = seal(kind, { host: 'mail', password: 'hunter2' }, key, where);
  expect(JSON.stringify(stored)).not.toContain('hunter2');
  expect(stored.config).toEqual({ host: 'mail' });
  expect(unseal(stored, key, where)).toEqual({ host: 'mail', password: 'hunter2' });
  expect(() => unseal(stored, key, { ...where, connector_id: 'two' })).toThrow();
  expect(maskedConfig(kind, stored)).toEqual({
    host: 'mail', port: 587, username: null, password: { set: true, updated_at: expect.any(String) }, timeout: 30,
  });
});

test('references stay references at rest and are read at use, numbers too', () => {
  const stored = seal(kind, { host: 'mail', port: '$ENV:SMTP_PORT', password: '$ENV:SMTP_PASSWORD' }, newKey(), where);
  expect(stored.secrets).toEqual({});
  expect(maskedConfig(kind, stored)['password']).toEqual({ set: true, reference: '$ENV:SMTP_PASSWORD' });
  expect(effectiveConfig(kind, stored.config, environment, 'acme')).toEqual({ host: 'mail', port: 25, password: 'canary', timeout: 30 });
});

test('a name that is not allowed, not for this tenant, or not set is refused', () => {
  const use = (password: string, tenant = 'acme') => () => effectiveConfig(kind, { host: 'mail', password }, environment, tenant);
  expect(use('$ENV:HOME')).toThrow(expect.objectContaining({ code: 'env_reference_refused' }));
  expect(use('$ENV:ONLY_GLOBEX')).toThrow('may not be used by connectors of acme');
  expect(use('$ENV:ONLY_GLOBEX', 'globex')).toThrow('is allowed but not set');
  expect(use('$ENV:SMTP_OTHER')).toThrow('is allowed but not set');
});

test('each wrong field is named with its path', () => {
  expect(() => validateConfig(kind, { port: 'x', nonsense: 1 })).toThrow(expect.objectContaining({
    code: 'invalid_request',
    fields: expect.arrayContaining([
      { path: 'config.host', message: 'is required' },
      { path: 'config.port', message: expect.any(String) },
      { path: 'config.nonsense', message: 'there is no such field' },
    ]),
  }));
  expect(() => validateConfig(kind, { host: 'mail', port: '$ENV:SMTP_PORT' })).not.toThrow();
});

describe('rules across fields', () => {
  const ruled = { ...kind, config: kind.config.extend({ aliases: z.array(z.string().min(1)).default([]) })
    .superRefine(({ username, password }, context) => {
      if (username !== undefined && password === undefined) context.addIssue({ code: 'custom', path: ['password'], message: 'is required with a user name' });
      if (username === 'root') context.addIssue({ code: 'custom', path: ['username'], message: 'may not be root' });
    })
    .superRefine(({ aliases, timeout }, context) => {
      if (aliases.some((alias) => alias === 'slow') && timeout === 30) context.addIssue({ code: 'custom', path: ['timeout'], message: 'is too short' });
      aliases.forEach((alias, index) => {
        if (alias === 'twice') context.addIssue({ code: 'custom', path: ['aliases', index], message: 'is taken' });
      });
    }) } as unknown as typeof kind;
  const fieldsOf = (values: Record<string, unknown>) => {
    try {
      validateConfig(ruled, values);
      return [];
    } catch (error) {
      return (error as { fields: { path: string; message: string }[] }).fields.map(({ path, message }) => `${path} ${message}`);
    }
  };

  test('are told together with what is wrong with single fields, defaults filled in', () => {
    expect(fieldsOf({ username: 'ada', aliases: ['slow'] })).toEqual(['config.host is required', 'config.password is required with a user name', 'config.timeout is too short']);
    expect(fieldsOf({ host: 'mail', username: 'ada', aliases: ['slow'] })).toEqual(['config.password is required with a user name', 'config.timeout is too short']);
    expect(fieldsOf({ host: 'mail', username: 'ada', password: 'x' })).toEqual([]);
  });

  test('add nothing to a field that is wrong already, and may trip over one', () => {
    expect(fieldsOf({ host: 'mail', username: 'ada', password: 1 })).toEqual([expect.stringMatching(/^config.password /)]);
    expect(fieldsOf({ host: 'mail', username: 'root', aliases: 5 })).toEqual([expect.stringMatching(/^config.aliases /), 'config.password is required with a user name', 'config.username may not be root']);
    // Of a list, what is wrong with one item hides nothing of the others.
    expect(fieldsOf({ host: 'mail', aliases: ['', 'ada', 'twice'] })).toEqual([expect.stringMatching(/^config.aliases.0 /), 'config.aliases.2 is taken']);
    expect(fieldsOf({ host: 'mail', aliases: ['', 'twice'], nonsense: 1 })).toEqual([expect.stringMatching(/^config.aliases.0 /), 'config.nonsense there is no such field', 'config.aliases.1 is taken']);
  });

  test('are not asked while a field is still to come out of the environment', () => {
    expect(fieldsOf({ port: '$ENV:SMTP_PORT', username: 'ada' })).toEqual(['config.host is required']);
    expect(fieldsOf({ host: 'mail', port: '$ENV:SMTP_PORT', username: 'ada' })).toEqual([]);
  });
});

describe('changes', () => {
  const before = { host: 'mail', username: 'ada', password: 'hunter2' };

  test('absent keeps, null clears, a value sets', () => {
    expect(mergeConfig(kind, before, { username: null })).toEqual({ host: 'mail', password: 'hunter2' });
    expect(mergeConfig(kind, before, { password: 'new' })).toEqual({ ...before, password: 'new' });
  });

  test('a kept secret is never sent to a new destination', () => {
    expect(() => mergeConfig(kind, before, { host: 'evil' })).toThrow(expect.objectContaining({
      code: 'destination_changed', fields: [{ path: 'config.password', message: expect.stringContaining('host') }],
    }));
    expect(() => mergeConfig(kind, before, { port: 25 })).toThrow(expect.objectContaining({ code: 'destination_changed' }));
    expect(mergeConfig(kind, before, { host: 'new', password: 'again' })).toMatchObject({ host: 'new', password: 'again' });
    expect(mergeConfig(kind, before, { host: 'new', password: null })).toEqual({ host: 'new', username: 'ada' });
  });

  test('naming the default of a destination is no change', () => {
    expect(mergeConfig(kind, before, { port: 587 })).toEqual({ ...before, port: 587 });
  });
});
