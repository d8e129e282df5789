/** `patchbay serve`: starts the service, and what it needs when nothing is given. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { readConfig } from '../config.ts';
import type { Config } from '../config.ts';
import { keptSecret, newMasterKey } from '../platform/crypto/keyring.ts';
import { createLogger } from '../platform/telemetry/log.ts';
import { toProblem } from '../platform/errors.ts';

export function serveCommand(): Command {
  return new Command('serve')
    .description('start Patchbay; without DATABASE_URL on an embedded PostgreSQL')
    .action(async () => {
      try {
        await serve(readConfig(process.env));
      } catch (error) {
        const { detail, hint } = toProblem(error);
        const unexpected = (error as Error).name !== 'PatchbayError';
        console.error(unexpected ? `Patchbay did not start: ${(error as Error).message}` : `Patchbay did not start: ${detail}${hint ? `\n${hint}` : ''}`);
        process.exit(1);
      }
    });
}

async function serve(config: Config): Promise<void> {
  // Loaded here, since the other commands are to be quick.
  const { startPatchbay } = await import('../main.ts');
  const log = createLogger(config.PATCHBAY_LOG_LEVEL);
  const stops: (() => Promise<void>)[] = [];
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= (async () => {
    // What was started last depends on what was started first.
    for (const close of stops.reverse()) await close();
  })());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      log.info({ signal }, 'stopping');
      stop().then(() => process.exit(0), (error: unknown) => {
        log.error({ error }, 'did not stop cleanly');
        process.exit(1);
      });
    });
  }

  try {
    let database_url = config.DATABASE_URL;
    if (database_url === undefined) {
      const { startEmbeddedPostgres } = await import('../platform/db/embedded.ts');
      const embedded = await startEmbeddedPostgres({ directory: path.join(config.PATCHBAY_DATA_DIRECTORY, 'postgres') });
      stops.push(() => embedded.stop());
      database_url = embedded.url;
    }
    const masterKeyFile = path.join(config.PATCHBAY_DATA_DIRECTORY, 'master-key');
    const master = config.PATCHBAY_MASTER_KEY === undefined ? await keptSecret(masterKeyFile, newMasterKey) : { value: config.PATCHBAY_MASTER_KEY, made: false };
    const patchbay = await startPatchbay({ config, database_url, master_key: master.value, log, environment: process.env });
    stops.push(() => patchbay.stop());
    const made = await patchbay.claim(config.PATCHBAY_ADMIN_KEY);
    const adminKeyFile = path.join(config.PATCHBAY_DATA_DIRECTORY, 'admin-key');
    if (made !== undefined) {
      // One of a former database would open nothing here.
      await rm(adminKeyFile, { force: true });
      await keptSecret(adminKeyFile, () => made);
    }
    welcome(patchbay.url, {
      ...(master.made && { masterKeyFile }), ...(made !== undefined && { adminKey: made, adminKeyFile }),
      embedded: config.DATABASE_URL === undefined ? config.PATCHBAY_DATA_DIRECTORY : undefined,
    });
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
}

function welcome(url: string, { masterKeyFile, adminKey, adminKeyFile, embedded }: { masterKeyFile?: string; adminKey?: string; adminKeyFile?: string; embedded?: string }): void {
  const lines = [
    '',
    `  Patchbay is ready at ${url}`,
    `  Admin pages          ${url}/`,
    `  API to read          ${url}/docs`,
    ...(embedded === undefined ? [] : [`  Everything is kept in ${embedded}`]),
    ...(masterKeyFile === undefined ? [] : ['', `  A master key was made: ${masterKeyFile}`, '  Back it up: without it no stored secret can be read.']),
    ...(adminKey === undefined ? [] : ['', `  Your admin key, shown this once: ${adminKey}`, `  (also kept in ${adminKeyFile}; delete the file once you have it elsewhere)`]),
    '',
    '  Stop with Ctrl-C.',
    '',
  ];
  console.log(lines.join('\n'));
}
