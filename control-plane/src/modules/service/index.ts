export { mountDocsPage } from './docs-page.ts';
export { openApiDocument } from './openapi.ts';
export { serviceEndpoints } from './endpoints.ts';
export { mountUi } from './ui-pages.ts';
