/**
 * The types of what the admin UI calls, made from the OpenAPI document of the service as it is:
 * node control-plane/scripts/run.mjs control-plane/scripts/ui-types.ts [DOCUMENT [FILE]]
 * Only those paths that the UI names are kept, so that a change elsewhere changes nothing here.
 */
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

type Document = { paths: Record<string, unknown>; components: { schemas: Record<string, unknown> } };

const source = path.resolve(import.meta.dirname, '../ui/src');
const typesFile = path.join(source, 'api/schema.d.ts');

/** @param document of GET /openapi.json @returns TypeScript */
async function makeUiTypes(document: Document): Promise<string> {
  const { default: openapiTS, astToString } = await import('openapi-typescript');
  const entries = await readdir(source, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts'));
  const texts = await Promise.all(files.map((file) => readFile(path.join(file.parentPath, file.name), 'utf8')));
  const named = new Set(texts.flatMap((text) => [...text.matchAll(/'(\/api\/[^'?]*)'/g)].map(([, name]) => name!)));
  const paths = Object.fromEntries(Object.entries(document.paths).filter(([name]) => named.has(name)).sort(([left], [right]) => left.localeCompare(right)));
  const kept: Record<string, unknown> = {};
  const keep = (value: unknown) => {
    for (const [, name] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (name! in kept) continue;
      kept[name!] = document.components.schemas[name!];
      keep(kept[name!]);
    }
  };
  keep(paths);
  const schemas = Object.fromEntries(Object.entries(kept).sort(([left], [right]) => left.localeCompare(right)));
  const made = astToString(await openapiTS({ ...document, paths, components: { schemas } } as never, { alphabetize: true, emptyObjectsUnknown: true, defaultNonNullable: false }));
  return `// Made by control-plane/scripts/ui-types.ts from the service’s OpenAPI document. Do not edit.\n${made}`;
}

async function readDocument(): Promise<Document> {
  const { startEmbeddedPostgres } = await import('../src/platform/db/embedded.ts');
  const { startPatchbay } = await import('../src/main.ts');
  const { readConfig } = await import('../src/config.ts');
  const { silentLogger } = await import('../src/platform/telemetry/log.ts');
  const { newMasterKey } = await import('../src/platform/crypto/keyring.ts');
  const directory = await mkdtemp(path.join(tmpdir(), 'patchbay-types-'));
  const server = await startEmbeddedPostgres({ directory, durable: false });
  try {
    const patchbay = await startPatchbay({
      config: readConfig({ PATCHBAY_PORT: '0' }), database_url: server.url, master_key: newMasterKey(), log: silentLogger, environment: {},
    });
    try {
      return (await (await fetch(`${patchbay.url}/openapi.json`)).json()) as Document;
    } finally {
      await patchbay.stop();
    }
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [given, written = typesFile] = process.argv.slice(2);
  await writeFile(written, await makeUiTypes(given === undefined ? await readDocument() : (JSON.parse(await readFile(given, 'utf8')) as Document)));
}
