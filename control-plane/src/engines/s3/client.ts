/** The SDK's client, set up so that it takes nothing from this machine's environment or files and dials through the guard. */
import type { S3Client } from '@aws-sdk/client-s3';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import type { OpenContext } from '../../kinds/contract.ts';
import type { S3Settings } from './settings.ts';

const longestConnect = 10;
const mostSockets = 50;

export async function createS3Client(config: S3Settings, { egress }: Pick<OpenContext, 'egress'>): Promise<S3Client> {
  const [{ S3Client }, { NodeHttpHandler }] = await Promise.all([import('@aws-sdk/client-s3'), import('@smithy/node-http-handler')]);
  return new S3Client({
    region: config.region,
    credentials: {
      accessKeyId: config.access_key_id,
      secretAccessKey: config.secret_access_key,
      ...(config.session_token !== undefined && { sessionToken: config.session_token }),
    },
    ...(config.endpoint !== undefined && {
      endpoint: config.endpoint,
      // Other servers know neither the checksum headers nor the aws-chunked encoding that Amazon's default brings.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    }),
    forcePathStyle: config.force_path_style ?? config.endpoint !== undefined,
    ignoreConfiguredEndpointUrls: true,
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    useArnRegion: false,
    followRegionRedirects: false,
    retryMode: 'standard',
    maxAttempts: 3,
    requestHandler: withOwnErrors(new NodeHttpHandler({
      httpAgent: egress.httpAgent({ maxSockets: mostSockets }),
      httpsAgent: egress.httpsAgent({ maxSockets: mostSockets }),
      connectionTimeout: Math.min(config.timeout, longestConnect) * 1000,
      requestTimeout: config.timeout * 1000,
      throwOnRequestTimeout: true,
      // A consumer that pauses leaves its socket idle: that is no fault of the server.
      socketTimeout: 0,
    })),
  });
}

/**
 * The SDK reduces an error that is not `instanceof` its own Error to a text without a code. Node's own errors
 * are such where modules run in a context of their own, as in a test runner; they are raised anew with their code.
 */
function withOwnErrors(handler: NodeHttpHandler): NodeHttpHandler {
  const handle = handler.handle.bind(handler);
  handler.handle = async (...args) => {
    try {
      return await handle(...args);
    } catch (error) {
      if (error instanceof Error) throw error;
      const { name, message, code } = error as Error & { code?: string };
      throw Object.assign(new Error(message, { cause: error }), { name, code });
    }
  };
  return handler;
}
