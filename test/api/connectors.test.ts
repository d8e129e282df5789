/** Connectors: the paths and examples of reference/honeyframe-connectors.txt and ede-connectors.txt, as printed. */
import { expectProblem, must } from '../setup/client.ts';
import type { Client, Json } from '../setup/client.ts';
import { startTestService } from '../setup/service.ts';
import type { TestService } from '../setup/service.ts';

let service: TestService;
let admin: Client;
beforeAll(async () => {
  service = await startTestService({ settings: { PATCHBAY_ENV_ALLOW: 'S3_*' }, environment: { S3_KEY: 'key-of-the-environment', S3_SECRET: 'secret-of-the-environment' } });
  admin = service.admin;
  await service.tenant('acme');
});
afterAll(() => service.stop());

const rest = (more: object = {}) => ({ kind: 'api_rest', config: { base_url: 'https://api.example.com', ...more } });
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);

describe('as printed', () => {
  test('POST /api/connectors with type, config and output_schemas', async () => {
    // No tenant is named: there is one root, so it is meant.
    const answer = await admin.send('POST', '/api/connectors', {
      headers: { 'content-type': 'application/json' },
      body: `{
"name": "Production Postgres",
"type": "postgresql",
"config": {
"host": "db.example.com",
"port": 5432,
"database": "analytics",
"username": "honeyframe_ro",
"password": "<redacted>",
"sslmode": "require"
},
"output_schemas": ["public", "marts"]
}`,
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: uuid, tenant_id: uuid, tenant_slug: 'acme', slug: 'production-postgres', name: 'Production Postgres', description: '', kind: 'postgresql', category: 'database',
      active: true, health: 'untested', is_default: false, is_queryable: true, output_schemas: ['public', 'marts'], schedule_cron: null, schedule_mode: null, check_every_minutes: null, version: 1, last_check: null,
      created_at: time, updated_at: time,
      config: expect.objectContaining({ host: 'db.example.com', port: 5432, database: 'analytics', username: 'honeyframe_ro', sslmode: 'require', password: { set: true, updated_at: time } }),
    });
    expect(answer.text).not.toContain('<redacted>');
    expect((await admin.get(`/api/connectors/${answer.body.id}`)).body).toEqual(answer.body);
  });

  test('POST /api/connectors/bootstrap attaches a schedule', async () => {
    const config = { host: 'db.example.com', database: 'analytics', username: 'honeyframe_ro', password: 'x' };
    const { body, status } = await admin.post('/api/connectors/bootstrap', {
      name: 'Nightly Postgres', type: 'postgresql', config, schedule_cron: '0 2 * * *', schedule_mode: 'incremental',
    });
    expect({ status, cron: body.schedule_cron, mode: body.schedule_mode }).toEqual({ status: 201, cron: '0 2 * * *', mode: 'incremental' });
    const changed = await must(admin.patch(`/api/connectors/${body.id}`, { schedule_cron: '0 3 * * *', schedule_mode: 'full' }));
    expect([changed.schedule_cron, changed.schedule_mode]).toEqual(['0 3 * * *', 'full']);
    expect((await must(admin.patch(`/api/connectors/${body.id}`, { schedule_cron: null }))).schedule_cron).toBeNull();
  });

  test('pool_size, max_overflow and pool_recycle are tuned by the config', async () => {
    const { config } = await service.connector({ name: 'Tuned', type: 'postgresql', config: { host: 'db.example.com', database: 'a', username: 'u', pool_size: 10, max_overflow: 30, pool_recycle: 1800 } });
    expect(config).toMatchObject({ pool_size: 10, max_overflow: 30, pool_recycle: 1800 });
  });

  test('the aliases rds and s3 are what they stand for', async () => {
    expect((await service.connector({ name: 'Legacy', type: 'rds', config: { host: 'db.example.com', database: 'a', username: 'u' } })).kind).toBe('postgresql');
    expect((await must(admin.get('/api/connectors?kind=rds'))).connectors.map(({ slug }: Json) => slug)).toContain('legacy');
  });

  test('EDE’s record: organization_id, a category, a default, secrets by $ENV', async () => {
    const acme = await must(admin.get('/api/tenants/acme'));
    const created = await service.connector({
      name: 'Acme S3', category: 'storage', kind: 's3', organization_id: acme.id, is_default: true,
      config: { bucket: 'acme-prod', region: 'us-east-1', access_key_id: '$ENV:S3_KEY', secret_access_key: '$ENV:S3_SECRET' },
    });
    expect(created).toMatchObject({ slug: 'acme-s3', kind: 's3_storage', category: 'storage', tenant_slug: 'acme', is_default: true });
    expect(created.config).toMatchObject({
      bucket: 'acme-prod', region: 'us-east-1', access_key_id: { set: true, reference: '$ENV:S3_KEY' }, secret_access_key: { set: true, reference: '$ENV:S3_SECRET' },
    });
    expect((await must(admin.get('/api/tenants/acme/storage'))).connector.id).toBe(created.id);
  });

  test('the data file itself', async () => {
    const source = `<odoo><record id="connector_acme_mail" model="ir.connector">
      <field name="name">Acme S3 of the file</field>
      <field name="category">storage</field>
      <field name="kind">s3</field>
      <field name="organization_id" ref="res.organization.acme"/>
      <field name="config" eval="{
        'bucket': 'acme-prod',
        'region': 'us-east-1',
        'access_key_id': '$ENV:S3_KEY',
        'secret_access_key': '$ENV:S3_SECRET',
      }"/>
    </record></odoo>`;
    const { connectors } = await must(admin.post('/api/connectors/import', { source }));
    expect(connectors).toEqual([expect.objectContaining({ name: 'Acme S3 of the file', kind: 's3_storage', tenant_slug: 'acme', is_default: false })]);
  });
});

describe('changes', () => {
  let id: string;
  beforeAll(async () => {
    ({ id } = await service.connector({ name: 'Changing', ...rest({ authentication: 'bearer', token: 'first', headers: { 'X-Shop': '1' } }) }));
  });
  const show = async () => must(admin.get(`/api/connectors/${id}`));

  test('absent keeps, null clears, a value sets; the version counts', async () => {
    const before = await show();
    const renamed = await must(admin.patch(`/api/connectors/${id}`, { name: 'Changed', description: 'by a test' }));
    expect(renamed).toEqual({ ...before, name: 'Changed', description: 'by a test', version: 2, updated_at: time });
    const replaced = await must(admin.patch(`/api/connectors/${id}`, { config: { headers: null, token: 'second' }, output_schemas: ['a'] }));
    expect(replaced).toMatchObject({ version: 3, output_schemas: ['a'], config: { headers: null, base_url: 'https://api.example.com', token: { set: true } } });
    expect(replaced.config.token.updated_at > before.config.token.updated_at).toBe(true);
    const kept = await must(admin.patch(`/api/connectors/${id}`, { config: { timeout: 7 } }));
    expect(kept.config.token).toEqual(replaced.config.token);
    const cleared = await must(admin.patch(`/api/connectors/${id}`, { config: { authentication: 'none', token: null } }));
    expect(cleared.config.token).toEqual({ set: false });
  });

  test('of two who change the same version the later is told', async () => {
    const { version } = await show();
    const answers = await Promise.all([1, 2].map((number) => admin.patch(`/api/connectors/${id}`, { description: `by ${number}`, version })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test('a new destination takes the secrets anew', async () => {
    await must(admin.patch(`/api/connectors/${id}`, { config: { authentication: 'bearer', token: 'third' } }));
    expectProblem(await admin.patch(`/api/connectors/${id}`, { config: { base_url: 'https://other.example.com' } }), 422, 'destination_changed', 'config.token');
    expect((await show()).config.base_url).toBe('https://api.example.com');
    expect((await must(admin.patch(`/api/connectors/${id}`, { config: { base_url: 'https://other.example.com', token: 'fourth' } }))).config.base_url).toBe('https://other.example.com');
  });

  test('deactivated and activated', async () => {
    expect((await must(admin.post(`/api/connectors/${id}/deactivate`))).active).toBe(false);
    expectProblem(await admin.post(`/api/connectors/${id}/request`, {}), 409, 'connector_inactive');
    expect((await must(admin.get('/api/connectors?active=true'))).connectors.map((one: Json) => one.id)).not.toContain(id);
    expect((await must(admin.get('/api/connectors?active=false'))).connectors.map((one: Json) => one.id)).toEqual([id]);
    expect((await must(admin.post(`/api/connectors/${id}/activate`))).active).toBe(true);
  });

  test('deleted', async () => {
    expect(await must(admin.delete(`/api/connectors/${id}`))).toEqual({ deleted: true });
    expectProblem(await admin.get(`/api/connectors/${id}`), 404, 'connector_not_found');
    expectProblem(await admin.delete(`/api/connectors/${id}`), 404, 'connector_not_found');
  });
});

describe('lists', () => {
  beforeAll(async () => {
    await service.tenant('listed');
    for (const name of ['Alpha', 'Beta', 'Gamma']) await service.connector({ tenant: 'listed', name, ...rest() });
    await service.connector({ tenant: 'listed', name: 'Delta', kind: 's3', config: { bucket: 'delta', region: 'eu-1', access_key_id: 'a', secret_access_key: 'b' } });
  });
  const names = async (query: string) => (await must(admin.get(`/api/connectors?tenant=listed${query}`))).connectors.map(({ name }: Json) => name);

  test('by tenant, category, kind and words', async () => {
    expect(await names('')).toEqual(['Alpha', 'Beta', 'Gamma', 'Delta']);
    expect(await names('&category=storage')).toEqual(['Delta']);
    expect(await names('&kind=s3')).toEqual(['Delta']);
    expect(await names('&search=AM')).toEqual(['Gamma']);
    expect(await names('&kind=nothing')).toEqual([]);
  });

  test('in pages', async () => {
    const first = await must(admin.get('/api/connectors?tenant=listed&limit=3'));
    expect(first.connectors).toHaveLength(3);
    const second = await must(admin.get(`/api/connectors?tenant=listed&limit=3&cursor=${first.next_cursor}`));
    expect(second).toEqual({ connectors: [expect.objectContaining({ name: 'Delta' })] });
  });
});
