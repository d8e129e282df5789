/** OAuth 2.0 as kinds and the service use it. */
export { authorizationAddress, randomSecret } from './authorization.ts';
export { createTokenSource, memoryTokenSource, tokenTimeout } from './source.ts';
export { exchangeCode, reconnect, renewTokens } from './token-endpoint.ts';
export type { Tokens } from './token-endpoint.ts';
