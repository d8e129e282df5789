/**
 * The node pack of one Patchbay: a node and a credential type for each kind that its catalog lists, those
 * from outside included. It has the published pack's name, so that it takes its place and workflows keep
 * working.
 */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AnyKind, Category, OperationDefinition } from '../kinds/contract.ts';
import { addNodes } from './index.ts';
import { handwritten, readText } from './files.ts';
import type { Files } from './files.ts';
import type { JsonSchema } from './schema.ts';

/** A kind as `GET /api/connectors/catalog` shows it. */
export interface CatalogKind {
  kind: string;
  label: string;
  description: string;
  category: string;
  aliases: string[];
  operations: string[];
  documentation_url: string;
  config_schema: JsonSchema;
}

/** A category as `GET /api/categories` shows it. */
export interface CatalogCategory {
  category: string;
  label: string;
  description: string;
  operations: (Pick<OperationDefinition, 'title' | 'description' | 'result' | 'optional' | 'takes_bytes' | 'repeatable'> & {
    operation: string; resource?: string; input_schema: JsonSchema; output_schema: JsonSchema;
  })[];
}

const repository = path.resolve(import.meta.dirname, '../../..');

/** @returns the nodes and credentials that were written, by their names */
export async function writeExtension(directory: string, kinds: CatalogKind[], categories: CatalogCategory[]): Promise<{ nodes: string[]; credentials: string[] }> {
  await assertOurs(directory);
  const known = new Map(categories.map((category) => [category.category, categoryOf(category)]));
  const files: Files = new Map();
  await addNodes(repository, files, kinds.map((kind) => kindOf(kind, known.get(kind.category))));
  await addHandwritten(files);
  const { default: typescript } = await import('typescript');
  const compile = (source: string) => typescript.transpileModule(source, {
    compilerOptions: { module: typescript.ModuleKind.CommonJS, target: typescript.ScriptTarget.ES2022, esModuleInterop: true },
  }).outputText;

  await rm(path.join(directory, 'dist'), { recursive: true, force: true });
  for (const [file, content] of files) {
    const isSource = file.endsWith('.ts');
    const target = path.join(directory, 'dist', isSource ? file.replace(/\.ts$/, '.js') : file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, isSource ? compile(content) : content);
  }
  const built = (ending: string) => [...files.keys()].filter((file) => file.endsWith(ending)).map((file) => `dist/${file.replace(/\.ts$/, '.js')}`).sort();
  const { name, version, description, keywords, license } = JSON.parse((await readText(path.join(repository, 'package.json'))) ?? '{}') as Record<string, unknown>;
  const nodes = built('.node.ts');
  const credentials = built('.credentials.ts');
  await writeFile(path.join(directory, 'package.json'), `${JSON.stringify({
    name, version, description, keywords, license, private: true, files: ['dist'], n8n: { n8nNodesApiVersion: 1, nodes, credentials },
  }, null, 2)}\n`);
  const names = (built_files: string[]) => built_files.map((file) => path.basename(file).split('.')[0]!);
  return { nodes: names(nodes), credentials: names(credentials) };
}

/** Only an empty folder, or one that was written by this before, is written to. */
async function assertOurs(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  if ((await readdir(directory)).length === 0) return;
  const manifest = await readText(path.join(directory, 'package.json'));
  if (manifest !== undefined && (JSON.parse(manifest) as { private?: boolean; n8n?: object }).private === true && manifest.includes('n8nNodesApiVersion')) return;
  throw new Error(`${directory} holds something else. Name an empty folder, or one that this command wrote.`);
}

function categoryOf({ operations, ...category }: CatalogCategory): Category {
  return {
    ...category,
    operations: Object.fromEntries(operations.map(({ operation, input_schema, output_schema, ...definition }) => [
      operation, { ...definition, input: input_schema, output: output_schema } as unknown as OperationDefinition, // the generator reads JSON Schema as well as zod
    ])),
  };
}

function kindOf(kind: CatalogKind, category: Category | undefined): AnyKind {
  if (!category) throw new Error(`The catalog lists the kind "${kind.kind}" of an unknown category, "${kind.category}".`);
  return {
    ...kind, category, config: kind.config_schema,
    optional_operations: kind.operations.filter((operation) => category.operations[operation]?.optional),
  } as unknown as AnyKind; // as above
}

async function addHandwritten(files: Files): Promise<void> {
  const byHand = await handwritten(repository);
  const folders = ['nodes/shared', ...byHand.nodes.map((file) => path.dirname(file))];
  const sources = (await Promise.all(folders.map(async (folder) =>
    (await readdir(path.join(repository, folder), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
      .map((entry) => path.relative(repository, path.join(entry.parentPath, entry.name)))))).flat();
  const icons = (await readdir(path.join(repository, 'credentials'))).filter((name) => name.endsWith('.svg')).map((name) => path.join('credentials', name));
  for (const file of [...sources, ...byHand.credentials, ...icons]) {
    if (file.endsWith('.test.ts') || file.endsWith('.md') || files.has(file)) continue;
    files.set(file, (await readText(path.join(repository, file)))!);
  }
}
