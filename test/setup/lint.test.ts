/** The rules of eslint.config.mjs that hold the design up really report. Each case stands in for an existing file. */
import { execFile } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const source = 'control-plane/src';

interface Case {
  file: string;
  code: string;
  /** The rules that report, in the order of the lines. */
  reports: string[];
}

const cases: Record<string, Case> = {
  'platform imports nothing of ours': {
    file: `${source}/platform/errors.ts`,
    code: `import '../kinds/contract.ts';\nimport '../config.ts';\nimport './telemetry/log.ts';`,
    reports: ['boundaries/dependencies', 'boundaries/dependencies'],
  },
  'a category imports the contract, never a kind': {
    file: `${source}/categories/email.ts`,
    code: `import '../kinds/s3_storage/index.ts';\nimport '../kinds/contract.ts';`,
    reports: ['boundaries/dependencies'],
  },
  'the contract imports no kind': {
    file: `${source}/kinds/contract.ts`,
    code: `import './s3_storage/index.ts';\nimport '../platform/errors.ts';`,
    reports: ['boundaries/dependencies'],
  },
  'a kind imports its category and platform, never a module': {
    file: `${source}/kinds/s3_storage/index.ts`,
    code: `import '../../modules/tenants/index.ts';\nimport '../contract.ts';\nimport '../shared/config.ts';\nimport '../../categories/storage.ts';\nimport '../../platform/errors.ts';`,
    reports: ['boundaries/dependencies'],
  },
  'a module reaches another one by its index.ts alone': {
    file: `${source}/modules/connectors/service.ts`,
    code: `import '../tenants/service.ts';\nimport '../tenants/index.ts';\nimport './endpoints.ts';`,
    reports: ['boundaries/dependencies'],
  },
  'what dials, dials by the egress guard': {
    file: `${source}/kinds/s3_storage/index.ts`,
    code: `import { connect, isIP } from 'node:net';\nimport { request } from 'undici';\nimport { spawn } from 'node:child_process';\nvoid [connect, isIP(''), request, spawn];\nvoid fetch('https://example.com');`,
    reports: ['@typescript-eslint/no-restricted-imports', '@typescript-eslint/no-restricted-imports', '@typescript-eslint/no-restricted-imports', 'no-restricted-globals'],
  },
  'the guard itself may dial': {
    file: `${source}/platform/egress/index.ts`,
    code: `import { connect } from 'node:net';\nvoid connect;`,
    reports: [],
  },
  'promises are awaited, types are known, names are words': {
    file: `${source}/platform/errors.ts`,
    code: `export async function one(req: string): Promise<any> {\n  return req;\n}\none('');`,
    reports: ['no-restricted-syntax', '@typescript-eslint/no-explicit-any', '@typescript-eslint/no-floating-promises'],
  },
  'the pack keeps n8n’s rules': {
    file: 'nodes/shared/transport.ts',
    code: `import fs from 'node:fs';\nexport const files = fs;`,
    reports: ['@n8n/community-nodes/no-restricted-imports'],
  },
  'so does its package.json': {
    file: 'package.json',
    code: `{ "name": "n8n-nodes-x", "version": "1.0.0", "description": "A node", "homepage": "https://example.com", "author": { "name": "A", "email": "a@example.com" }, "files": ["dist"], "peerDependencies": { "n8n-workflow": "*" }, "n8n": { "n8nNodesApiVersion": 1, "nodes": ["dist/x.node.js"], "credentials": [] }, "overrides": { "x": "1" } }`,
    reports: ['@n8n/community-nodes/no-overrides-field'],
  },
};

let reports: Record<string, string[]>;

beforeAll(async () => {
  // A process of its own: ESLint loads its configuration in ways that jest's module system does not know.
  const script = `
    import { ESLint } from 'eslint';
    const eslint = new ESLint({ cwd: ${JSON.stringify(root)} });
    const answers = {};
    for (const [name, { file, code }] of Object.entries(${JSON.stringify(cases)})) {
      const [result] = await eslint.lintText(code, { filePath: file });
      answers[name] = result.messages.map(({ ruleId, message }) => ruleId ?? message);
    }
    console.log(JSON.stringify(answers));`;
  reports = await new Promise((resolve, reject) => {
    // With CI set, the parser would take what is on disk for what it is given.
    const env = { ...process.env, TSESTREE_SINGLE_RUN: 'false' };
    execFile(process.execPath, ['--input-type=module', '-e', script], { cwd: root, env }, (error, output, complaints) => {
      if (error) reject(new Error(complaints, { cause: error }));
      else resolve(JSON.parse(output) as Record<string, string[]>);
    });
  });
});

test.each(Object.entries(cases))('%s', (name, expected) => {
  expect(reports[name]).toEqual(expected.reports);
});
