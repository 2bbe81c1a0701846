/** How the runs of a tool went. */
export interface ToolRuns {
  /** Name of the tool. */
  readonly tool: string;
  /** Runs that did what was asked. */
  readonly ok: number;
  /** Runs that did not. */
  readonly failed: number;
  /** Mean reward, from 0 to 1; absent while nothing is known. */
  readonly reward?: number;
}
