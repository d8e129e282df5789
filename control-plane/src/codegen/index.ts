/**
 * Makes from the kinds and categories what would otherwise be written by hand in five places: the list
 * of kinds, n8n's nodes and credentials, their registration, and the tables in the READMEs.
 */
import path from 'node:path';
import { categories } from '../categories/index.ts';
import type { AnyKind, Category } from '../kinds/contract.ts';
import { createRegistry } from '../kinds/registry.ts';
import { credentialClass, credentialFile, ownCredentialsFile, withOwnCredentials } from './credential.ts';
import { configTable, fill, kindsTable, settingsTable } from './docs.ts';
import { handwritten, readText, reconcile } from './files.ts';
import type { Files, Outcome } from './files.ts';
import { kindsIndexFile } from './kinds-index.ts';
import { loadKinds } from './load-kinds.ts';
import { categoryNode, codexFile, kindNode, nodeFile } from './node.ts';
import type { NodePlan } from './node.ts';
import { withNodes } from './package-json.ts';

export interface GenerateOptions {
  /** Name what differs and change nothing. */
  check?: boolean;
  /** The repository; tests give a copy. */
  root?: string;
}

const repository = path.resolve(import.meta.dirname, '../../..');
const order = Object.keys(categories);

export async function generate({ check = false, root = repository }: GenerateOptions = {}): Promise<Outcome> {
  const found = await loadKinds(path.join(root, 'control-plane/src/kinds'));
  const registry = createRegistry();
  for (const { kind } of found) registry.register(kind);
  const kinds = registry.list();
  const files: Files = new Map([['control-plane/src/kinds/index.ts', kindsIndexFile(found)]]);
  await addNodes(root, files, kinds);
  await addDocuments(root, files, kinds);
  await addRegistration(root, files);
  return await reconcile(root, files, check);
}

/** @param root where the icons and what is written by hand are */
export async function addNodes(root: string, files: Files, kinds: AnyKind[]): Promise<void> {
  const packageJson = JSON.parse((await readText(path.join(root, 'package.json'))) ?? '{}') as { name: string; homepage: string };
  const used = [...new Map(kinds.map((kind) => [kind.category.category as string, kind.category as Category])).values()]
    .sort((a, b) => order.indexOf(a.category) - order.indexOf(b.category));
  const add = async (plan: NodePlan, icons: string): Promise<void> => {
    const base = path.join('nodes', plan.name);
    if (files.has(path.join(base, `${plan.name}.node.ts`))) throw new Error(`A kind and a category share the name "${plan.name}".`);
    files.set(path.join(base, `${plan.name}.node.ts`), nodeFile(plan));
    files.set(path.join(base, `${plan.name}.node.json`), codexFile(plan, packageJson.name, packageJson.homepage));
    for (const theme of ['', '.dark']) {
      files.set(path.join(base, `${plan.type}${theme}.svg`), await iconOf(root, icons, plan.category.category, theme));
    }
  };
  files.set('nodes/Patchbay/own-credentials.ts', ownCredentialsFile(kinds));
  const maker = 'nodes/Patchbay/Patchbay.node.ts';
  const source = await readText(path.join(root, maker));
  if (source !== undefined) files.set(maker, withOwnCredentials(source, kinds));
  for (const kind of kinds) {
    const plan = kindNode(kind);
    await add(plan, `control-plane/src/kinds/${kind.kind}/icon`);
    files.set(`credentials/${credentialClass(kind.kind)}.credentials.ts`, credentialFile(kind, plan.name));
  }
  for (const category of used) {
    const own = kinds.filter((kind) => (kind.category as Category).category === category.category);
    await add(categoryNode(category, own), `control-plane/src/categories/icons/${category.category}`);
  }
}

/** A kind that has no folder here wears its category's icon. */
async function iconOf(root: string, icons: string, category: string, theme: string): Promise<string> {
  const isBuiltIn = (await readText(path.join(root, path.dirname(icons), 'index.ts'))) !== undefined || icons.includes('categories');
  return required(root, isBuiltIn ? `${icons}${theme}.svg` : `control-plane/src/categories/icons/${category}${theme}.svg`);
}

async function addDocuments(root: string, files: Files, kinds: AnyKind[]): Promise<void> {
  const overview = 'control-plane/README.md';
  const withKinds = fill(await required(root, overview), 'kinds', kindsTable(kinds), 'Kinds');
  files.set(overview, fill(withKinds, 'settings', settingsTable(), 'Settings'));
  for (const kind of kinds) {
    const file = `control-plane/src/kinds/${kind.kind}/README.md`;
    const text = await readText(path.join(root, file));
    if (text !== undefined) files.set(file, fill(text, 'config', configTable(kind), 'Config')); // the kind's suite demands a README
  }
}

async function addRegistration(root: string, files: Files): Promise<void> {
  const byHand = await handwritten(root);
  const built = (source: string): string => `dist/${source.replace(/\.ts$/, '.js')}`;
  const generated = [...files.keys()];
  const nodes = [...generated.filter((file) => file.endsWith('.node.ts')), ...byHand.nodes].map(built);
  const credentials = [...generated.filter((file) => file.endsWith('.credentials.ts')), ...byHand.credentials].map(built);
  files.set('package.json', withNodes(await required(root, 'package.json'), [...new Set(nodes)].sort(), [...new Set(credentials)].sort()));
}

async function required(root: string, file: string): Promise<string> {
  const text = await readText(path.join(root, file));
  if (text === undefined) throw new Error(`${file} is missing: each kind and category has its icons, for light and for dark.`);
  return text;
}
