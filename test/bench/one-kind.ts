/** Given to node by `--import`: the service then knows the kind smtp alone. */
import { registerHooks } from 'node:module';

const list = new URL('../../control-plane/src/kinds/index.ts', import.meta.url).href;
const one = new URL('../../control-plane/src/kinds/smtp/index.ts', import.meta.url).href;

registerHooks({
  load(url, context, nextLoad) {
    if (url !== list) return nextLoad(url, context);
    const source = `import smtp from ${JSON.stringify(one)};\nexport function registerBuiltInKinds(registry) { registry.register(smtp); }\n`;
    return { format: 'module', source, shortCircuit: true };
  },
});
