import { renameOf } from "../plan/rename_of.ts";
import type { Edit } from "./_finding.ts";

const REPLACE = /\b(?:replace|change)\s+(["'`])(.+?)\1\s+(?:with|by|to|into)\s+(["'`])(.*?)\3/is;

/** The edits that a task spells out itself: a rename, or a quoted text for another. */
export function editsByRule(task: string, text: string): Edit[] {
  const rename = renameOf(task);
  if (rename !== undefined && /^[\w$]+$/.test(rename.from) && /^[\w$]+$/.test(rename.to)) {
    const word = new RegExp(`(?<![\\w$])${RegExp.escape(rename.from)}(?![\\w$])`, "g");
    const fresh = text.replace(word, () => rename.to);
    return fresh === text ? [] : [{ old: text, new: fresh }];
  }
  const [, , old, , fresh] = REPLACE.exec(task) ?? [];
  if (old === undefined || fresh === undefined || old === fresh) return [];
  const at = text.indexOf(old);
  return at >= 0 && text.indexOf(old, at + 1) < 0 ? [{ old, new: fresh }] : [];
}
