/** What messages are made of, for every provider: texts, images, tool calls. */
import type { z } from 'zod';
import type { contentPart, imagePart, Message, ToolCall } from '../../categories/llm.ts';
import { isContentType } from '../attachments/index.ts';
import { cannot } from './errors.ts';

type Part = z.output<typeof contentPart>;
type Image = z.output<typeof imagePart>;

export function partsOf(content: Message['content']): Part[] {
  if (content === undefined) return [];
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

/** The text of a message whose provider takes nothing else there. */
export function textOf({ content, role }: Message, index: number, provider: string): string {
  return partsOf(content).map((part) => {
    if (part.type === 'text') return part.text;
    throw cannot(`${provider} takes no images in a message of the role "${role}".`, `messages.${index}.content`, 'Put the image into a message of the role "user".');
  }).join('\n');
}

/** How the Base64 of each format begins. */
const beginnings: [begins: string, type: string][] = [['iVBOR', 'image/png'], ['/9j/', 'image/jpeg'], ['R0lGOD', 'image/gif'], ['UklGR', 'image/webp']];

/** Throws `invalid_request` for bytes that are said to be no image. */
export function checkImages(messages: readonly Message[]): void {
  messages.forEach(({ content }, message) => partsOf(content).forEach((part, index) => {
    if (part.type !== 'image' || part.content_type === undefined || (isContentType(part.content_type) && /^image\//i.test(part.content_type))) return;
    throw cannot('An image’s content type is not one of images.', `messages.${message}.content.${index}.content_type`, 'Give it as image/png, image/jpeg, image/gif or image/webp, or leave it out.');
  }));
}

export function imageType({ content_type, content_base64 = '' }: Image): string {
  return content_type ?? beginnings.find(([begins]) => content_base64.startsWith(begins))?.[1] ?? 'image/png';
}

/** The arguments of a tool call as the model wrote them. */
export function toolCallOf(id: string, name: string, written: string): ToolCall {
  if (written.trim() === '') return { id, name, arguments: {} };
  try {
    const value: unknown = JSON.parse(written);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { id, name, arguments: value as Record<string, unknown> };
  } catch {
    // A model may write anything; that it did is for the caller to see.
  }
  return { id, name, arguments: {}, invalid_arguments: written };
}
