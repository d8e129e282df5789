/** Runs n8n's scanner, as it runs on a published package, over the folder that is given. Exits with 1 when it finds anything. */
import { analyzePackage } from '@n8n/scan-community-package/scanner/scanner.mjs';

const result = await analyzePackage(process.argv[2]);
console.log(result.passed ? 'n8n’s scanner finds nothing in the packed tarball.' : `${result.message}\n${result.details ?? ''}`);
process.exit(result.passed ? 0 : 1);
