import { z } from "zod";
import type { UndoRecord } from "./undo_record.ts";

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const side = z.object({ hash, mode: z.number().int().min(0).max(0o7777).nullable() });
const file = z.object({
  path: z.string().min(1),
  before: side.nullable(),
  after: side.nullable(),
  undone: z.boolean().optional(),
});

/** Checks an undo record that was read from disk. */
export const undoRecordSchema: z.ZodType<UndoRecord> = z.object({
  version: z.literal(1),
  id: z.string().regex(/^c[1-9]\d{0,9}$/),
  order: z.number(),
  ts: z.number(),
  label: z.string(),
  files: z.array(file),
  folders: z.array(z.string()),
});
