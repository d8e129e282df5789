import { s3Storage } from './index.ts';
import { destinationFields, secretFields } from '../fields.ts';
import { s3Error } from '../../engines/s3/errors.ts';

const example = { bucket: 'acme-prod', region: 'us-east-1', access_key_id: 'AKIAEXAMPLE', secret_access_key: 'wJalr/K7+x' };

describe('config', () => {
  test('four fields are enough', () => {
    expect(s3Storage.config.parse(example)).toEqual({ ...example, prefix: '', timeout: 30 });
  });

  test('names what is secret and what decides where secrets go', () => {
    expect(secretFields(s3Storage)).toEqual(['access_key_id', 'secret_access_key', 'session_token']);
    expect(destinationFields(s3Storage)).toEqual(['bucket', 'region', 'endpoint']);
  });

  test.each([
    [{ bucket: 'arn:aws:s3:us-east-1:1:accesspoint/x' }, 'bucket'],
    [{ bucket: '../other' }, 'bucket'],
    [{ region: 'evil.example/#' }, 'region'],
    [{ endpoint: 'minio.example.com' }, 'endpoint'],
    [{ endpoint: 'file:///etc/passwd' }, 'endpoint'],
    [{ endpoint: 'https://user:secret@minio.example.com' }, 'endpoint'],
    [{ endpoint: 'https://minio.example.com/?x=1' }, 'endpoint'],
    [{ prefix: 'tenants/../other' }, 'prefix'],
    [{ prefix: 'a\u0000' }, 'prefix'],
  ])('refuses %j', (change, field) => {
    const { error } = s3Storage.config.safeParse({ ...example, ...change });
    expect(error?.issues.map(({ path }) => path)).toEqual([[field]]);
  });
});

describe('import', () => {
  test('a URL without credentials gives what it has', () => {
    expect(s3Storage.importConfig?.('s3://acme-prod')).toEqual({ bucket: 'acme-prod' });
    expect(s3Storage.importConfig?.('s3://acme-prod/a%20b/?force_path_style=false')).toEqual({ bucket: 'acme-prod', prefix: 'a b/', force_path_style: false });
  });

  test('the default profile is taken, nested settings are not', () => {
    const file = '# mine\n[other]\naws_access_key_id=A\naws_secret_access_key=B\n\n[profile default]\r\naws_access_key_id = C\naws_secret_access_key = D=/+\naws_session_token=E\nendpoint_url = http://ceph.example\ns3 =\n  region = not-this\n';
    expect(s3Storage.importConfig?.(file)).toEqual({ access_key_id: 'C', secret_access_key: 'D=/+', session_token: 'E', endpoint: 'http://ceph.example' });
  });

  test('lines without a profile are one', () => {
    expect(s3Storage.importConfig?.('AWS_ACCESS_KEY_ID=A\nAWS_SECRET_ACCESS_KEY=B')).toEqual({ access_key_id: 'A', secret_access_key: 'B' });
  });

  test.each([
    ['', 'no aws_access_key_id'],
    ['s3://', 'not of the form'],
    ['s3://KEY:hidden-value@', 'not of the form'],
    ['s3://KEY:hidden-value@acme-prod?colour=blue', 'colour'],
    ['[a]\naws_access_key_id=A\naws_secret_access_key=hidden-value\n[b]\naws_access_key_id=B\n', 'several profiles (a, b)'],
  ])('%j cannot be read, and no secret is told', (source, says) => {
    const read = () => s3Storage.importConfig?.(source);
    expect(read).toThrow(says);
    expect(read).toThrow(expect.objectContaining({ code: 'invalid_request', message: expect.not.stringContaining('hidden-value') }));
  });
});

describe('errors', () => {
  const target = { bucket: 'acme-prod', region: 'us-east-1', server: 's3.us-east-1.amazonaws.com' };
  const failure = (name: string, status: number, more: object = {}) => Object.assign(new Error('quotes AKIAEXAMPLE'), { name, $metadata: { httpStatusCode: status }, ...more });

  test.each([
    ['InvalidAccessKeyId', 403, 'backend_authentication_failed'],
    ['SignatureDoesNotMatch', 403, 'backend_authentication_failed'],
    ['ExpiredToken', 400, 'backend_authentication_failed'],
    ['AuthorizationHeaderMalformed', 400, 'backend_authentication_failed'],
    ['AccessDenied', 403, 'backend_permission_denied'],
    ['Unknown', 403, 'backend_permission_denied'],
    ['NoSuchBucket', 404, 'invalid_config'],
    ['SlowDown', 503, 'backend_rate_limited'],
    ['Unknown', 503, 'backend_unavailable'],
    ['InternalError', 500, 'backend_unavailable'],
    ['TimeoutError', 0, 'backend_timeout'],
    ['NotImplemented', 501, 'backend_error'],
    ['constructor', 418, 'backend_error'],
  ])('%s (%i) is %s and quotes nothing', (name, status, code) => {
    const error = s3Error(failure(name, status), target);
    expect(error).toMatchObject({ code });
    expect(`${error.message} ${error.hint}`).not.toContain('AKIAEXAMPLE');
  });

  test('what is missing is the object when one was asked for, the bucket otherwise', () => {
    expect(s3Error(failure('NotFound', 404), target, 'a.txt')).toMatchObject({ code: 'object_not_found' });
    expect(s3Error(failure('NotFound', 404), target)).toMatchObject({ code: 'invalid_config', fields: [{ path: 'config.bucket', message: 'there is no such bucket' }] });
  });

  test.each([
    ['in the body', failure('AuthorizationHeaderMalformed', 400, { Region: 'eu-central-1' })],
    ['in a header', failure('PermanentRedirect', 301, { $response: { headers: { 'x-amz-bucket-region': 'eu-central-1' } } })],
    ['in the header of an answer to HEAD', failure('Unknown', 301, { $response: { headers: { 'x-amz-bucket-region': 'eu-central-1' } } })],
  ])('the right region is named when it stands %s', (_where, error) => {
    expect(s3Error(error, target)).toMatchObject({ code: 'invalid_config', hint: 'Set region to eu-central-1.', details: { region: 'eu-central-1' } });
  });

  test('a server that names a time is believed', () => {
    expect(s3Error(failure('SlowDown', 503, { $response: { headers: { 'retry-after': '7' } } }), target)).toMatchObject({ retry_after: 7 });
  });

  test('a redirect without a region says what to check', () => {
    expect(s3Error(failure('PermanentRedirect', 301), target)).toMatchObject({ code: 'invalid_config', fields: [{ path: 'config.region', message: 'is not the bucket’s region' }] });
  });
});
