/**
 * Files of lines in one folder, as the rooms without I/O need them. `openFileLines` of
 * `streaming/logs` is the one on disk.
 */
export interface LineFiles {
  /**
   * Appends text that ends with a line end, in one write; makes folder and file. A line that a crash
   * cut off stays a line of its own.
   *
   * @param text as it is, or in UTF-8: such bytes are used again once it has settled.
   * @returns bytes of the file afterwards.
   */
  append(name: string, text: string | Uint8Array<ArrayBuffer>): Promise<number>;
  /** Replaces a file at once: readers see the old text or the new one. */
  replace(name: string, text: string): Promise<void>;
  /** The lines of a file, oldest first; none when there is no file. */
  lines(name: string): AsyncIterable<string>;
  /**
   * Moves a file away when it is large: `x` to `x.1`, `x.1` to `x.2` and so on.
   *
   * @param above bytes; a smaller file stays, as when another process was faster.
   * @param keep how many are kept; the oldest is removed.
   */
  rotate(name: string, above: number, keep: number): Promise<void>;
}

/** Name of the file of a topic: `ui_action.jsonl` of `ui.action`. None leads out of its folder. */
export function lineFileName(topic: string): string {
  return `${topic.replace(/[^\p{L}\p{N}-]/gu, "_")}.jsonl`;
}
