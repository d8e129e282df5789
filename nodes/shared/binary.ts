/** Binary data of items: attachments and uploads out of them, downloads into them. */
import type { IBinaryData, IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { failure } from './problem';
import type { Answer } from './transport';

export interface Upload {
  binary: IBinaryData;
  size: number;
  /** The bytes; a stream where n8n keeps them outside memory. */
  open(): Promise<Buffer | NodeJS.ReadableStream>;
  base64(): Promise<string>;
}

export async function uploadOf(functions: IExecuteFunctions, itemIndex: number, field: string): Promise<Upload> {
  const binary = functions.helpers.assertBinaryData(itemIndex, field);
  const { id } = binary;
  const buffer = async (): Promise<Buffer> => await functions.helpers.getBinaryDataBuffer(itemIndex, field);
  return {
    binary,
    size: id === undefined ? (await buffer()).length : (await functions.helpers.getBinaryMetadata(id)).fileSize,
    open: async () => (id === undefined ? await buffer() : await functions.helpers.getBinaryStream(id)),
    base64: async () => (await buffer()).toString('base64'),
  };
}

/** The named binary fields as attachments of a message. */
export async function attachmentsOf(functions: IExecuteFunctions, itemIndex: number, fields: string[]): Promise<IDataObject[]> {
  const attachments: IDataObject[] = [];
  for (const field of fields) {
    const { binary, base64 } = await uploadOf(functions, itemIndex, field);
    attachments.push({ filename: binary.fileName ?? field, content_type: binary.mimeType, content_base64: await base64() });
  }
  return attachments;
}

/** The messages of a chat with these attachments, which must be images, as parts of the last one of the user's. */
export function withImages(functions: IExecuteFunctions, itemIndex: number, messages: IDataObject[] | undefined, images: IDataObject[] | undefined): IDataObject[] | undefined {
  if (!images) return messages;
  const other = images.find(({ content_type }) => !String(content_type).startsWith('image/'));
  if (other) {
    throw failure(functions.getNode(), 'image_invalid', `"${String(other.filename)}" is ${String(other.content_type)}, not an image.`, 'Name binary fields that hold images, such as image/png or image/jpeg.', itemIndex);
  }
  const last = messages?.filter(({ role }) => role === 'user').at(-1);
  if (!messages || !last) throw failure(functions.getNode(), 'message_missing', 'There is no message of the user to which the images belong.', 'Add one with the role User, even without a text.', itemIndex);
  const { content = [] } = last;
  const said = Array.isArray(content) ? content : [{ type: 'text', text: String(content) }];
  const parts = images.map(({ content_type, content_base64 }) => ({ type: 'image', content_type, content_base64 }));
  return messages.map((message) => (message === last ? { ...message, content: [...said, ...parts] as IDataObject[] } : message));
}

/** Bytes that came back as an item: what is known of them in its JSON, themselves in a binary field. */
export async function downloadedItem(
  functions: IExecuteFunctions, { headers, body }: Answer, input: IDataObject, field: string, itemIndex: number,
): Promise<INodeExecutionData> {
  const type = headers['content-type']?.split(';')[0]?.trim();
  const name = String(input.key ?? input.media_url ?? field).split('/').at(-1) || field;
  // n8n takes the stream as it comes; it is node's own, whatever this code's type says.
  const data = await functions.helpers.prepareBinaryData(body as unknown as Parameters<typeof functions.helpers.prepareBinaryData>[0], name, type);
  return {
    json: {
      ...input,
      ...(headers['content-length'] !== undefined && { size: Number(headers['content-length']) }),
      ...(type !== undefined && { content_type: type }),
      ...(headers.etag !== undefined && { etag: headers.etag }),
    },
    binary: { [field]: data },
    pairedItem: { item: itemIndex },
  };
}

const fileTypes: Record<string, { type: string; ending: string }> = {
  ndjson: { type: 'application/x-ndjson', ending: 'jsonl' },
  csv: { type: 'text/csv', ending: 'csv' },
  parquet: { type: 'application/vnd.apache.parquet', ending: 'parquet' },
};

/** What to ask Patchbay for, so that records come as a file of this format. */
export const acceptOf = (format: string): string => fileTypes[format]?.type ?? 'application/x-ndjson';

/**
 * All records of an answer as one file, which goes from Patchbay to where n8n keeps binary data as it comes.
 * @param source what was read, for the file's name where none is given
 */
export async function recordsFile(
  functions: IExecuteFunctions, { body }: Answer, format: string, { field, fileName, source, itemIndex }: { field: string; fileName: string; source: string; itemIndex: number },
): Promise<INodeExecutionData> {
  const { type, ending } = fileTypes[format] ?? { type: 'application/octet-stream', ending: format };
  const name = fileName || `${source.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replaceAll(/^[-.]+|[-.]+$/g, '') || 'records'}.${ending}`;
  // As above: node's own stream.
  const data = await functions.helpers.prepareBinaryData(body as unknown as Parameters<typeof functions.helpers.prepareBinaryData>[0], name, type);
  return { json: { file_name: name, content_type: type, size: data.bytes ?? null }, binary: { [field]: data }, pairedItem: { item: itemIndex } };
}
