import { parseDataFile } from './data-file.ts';

const record = `<record id="connector_acme_s3" model="ir.connector">
    <field name="name">Acme S3</field>
    <field name="category">storage</field>
    <field name="kind">s3</field>
    <field name="organization_id" ref="res.organization.acme"/>
    <field name="is_default">true</field>
    <field name="config" eval="{
        'bucket': 'acme-prod',
        'region': 'us-east-1',
        'access_key_id': '$ENV:S3_KEY',
        'secret_access_key': '$ENV:S3_SECRET',
    }"/>
</record>`;
const acme = {
  name: 'Acme S3', category: 'storage', kind: 's3', tenant: 'acme', is_default: true,
  config: { bucket: 'acme-prod', region: 'us-east-1', access_key_id: '$ENV:S3_KEY', secret_access_key: '$ENV:S3_SECRET' },
};

test('reads a record as EDE writes it, alone or wrapped', async () => {
  expect(await parseDataFile(record)).toEqual([acme]);
  expect(await parseDataFile(`<?xml version="1.0"?><odoo><data>${record}${record}</data><record model="res.partner"><field name="name">x</field></record></odoo>`)).toEqual([acme, acme]);
});

test('reads JSON, one or many', async () => {
  expect(await parseDataFile(JSON.stringify({ name: 'A', type: 'smtp', config: {} }))).toEqual([{ name: 'A', kind: 'smtp', tenant: undefined, config: {} }]);
});

test("reads Python's names outside strings only, and evaluates nothing", async () => {
  const evaluated = (literal: string) => parseDataFile(`<record model="ir.connector"><field name="name">A</field><field name="kind">smtp</field><field name="config" eval="${literal}"/></record>`);
  expect((await evaluated("{'a': True, 'b': None, 'c': 'True', 'd': [1, 2,],}"))[0]?.config).toEqual({ a: true, b: null, c: 'True', d: [1, 2] });
  await expect(evaluated("__import__('os').getcwd()")).rejects.toMatchObject({ code: 'invalid_request', fields: [{ path: 'source.config', message: expect.any(String) }] });
});

test.each(['nonsense', '<record', '<data/>', '[]', '[{"config": 3}]'])('refuses %s with a field path', async (source) => {
  await expect(parseDataFile(source)).rejects.toMatchObject({ code: 'invalid_request', fields: expect.arrayContaining([expect.objectContaining({ path: expect.any(String) })]) });
});
