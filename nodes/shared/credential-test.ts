/** Tests a node's own credential where it will be used: from the control plane. */
import type { ICredentialTestFunction, IDataObject, INodeCredentialTestResult } from 'n8n-workflow';
import { configOf } from './backend';
import { isProblem } from './problem';
import { controlPlaneUrl } from './transport';
import type { NodeTarget } from './types';

export function ownCredentialTest(target: NodeTarget): ICredentialTestFunction {
  return async function testOwnCredential(credential) {
    const data = credential.data ?? {};
    const url = controlPlaneUrl(data.patchbayUrl);
    if (url === undefined) return refused('Enter the Patchbay URL, beginning with https:// or http://.');
    const config = readConfig(target, data);
    if ('message' in config) return refused(config.message);
    // n8n gives a credential's test this helper and no other.
    const { helpers } = this;
    try {
      const { body } = (await helpers.request({
        method: 'POST', uri: `${url}/api/connectors/catalog/${target.kind}/test`, body: config, json: true,
        headers: { Authorization: `Bearer ${String(data.patchbayApiKey ?? '')}` },
        simple: false, resolveWithFullResponse: true, followRedirect: false, followAllRedirects: false,
      })) as { body: unknown };
      return resultOf(body, url);
    } catch {
      return refused(`Patchbay cannot be reached at ${url}. Check the address, and that n8n may reach it.`);
    }
  };
}

/** The request's body, or why there is none. */
function readConfig(target: NodeTarget, data: IDataObject): { config: IDataObject } | { message: string } {
  try {
    return { config: configOf(target, data, ({ field, message }) => new Error(`The field "${field}" ${message}.`)) };
  } catch (error) {
    return { message: (error as Error).message };
  }
}

const refused = (message: string): INodeCredentialTestResult => ({ status: 'Error', message });

/** The service answers a failed test with `ok: false` and the problem, a request that it refuses with the problem alone. */
function resultOf(body: unknown, url: string): INodeCredentialTestResult {
  const { ok, message, error } = (typeof body === 'object' && body !== null ? body : {}) as { ok?: boolean; message?: string; error?: unknown };
  if (ok === true) return { status: 'OK', message: message ?? 'The connection works' };
  const problem = isProblem(body) ? body : isProblem(error) ? error : undefined;
  if (!problem) return refused(`${url} answered, but not as Patchbay does. Check the address.`);
  return refused([problem.detail, problem.hint].filter(Boolean).join(' '));
}
