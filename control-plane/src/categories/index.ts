/** Every category, by name. A category is the interface; its kinds are the implementations. */
import type { Category } from '../kinds/contract.ts';
import { api } from './api.ts';
import { database } from './database.ts';
import { email } from './email.ts';
import { file } from './file.ts';
import { llm } from './llm.ts';
import { messaging } from './messaging.ts';
import { orchestration } from './orchestration.ts';
import { storage } from './storage.ts';
import { vectorStore } from './vector_store.ts';

/** Each with its own types, as `defineKind` needs them. */
export const ownCategories = { database, storage, file, api, email, messaging, llm, vector_store: vectorStore, orchestration };

export const categories: Record<string, Category> = ownCategories;
