/** Every category, by name. A category is the interface; its kinds are the implementations. */
import type { Category } from '../kinds/contract.ts';
import { api } from './api.ts';
import { database } from './database.ts';
import { email } from './email.ts';
import { messaging } from './messaging.ts';
import { orchestration } from './orchestration.ts';
import { storage } from './storage.ts';

export const categories: Record<string, Category> = Object.fromEntries(
  [database, storage, api, email, messaging, orchestration].map((category) => [category.category, category]),
);
