/** Memory of running processes, from /proc. */

/** Peak resident memory in MB of each process of a family: a process and what it started. */
export function peaks(pid: number): Map<number, number> {
  return new Map(family(pid).map((one) => [one, field(one, "VmHWM")]));
}

/** Present resident memory in MB of each process of a family. */
export function resident(pid: number): Map<number, number> {
  return new Map(family(pid).map((one) => [one, field(one, "VmRSS")]));
}

function family(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean).map(Number);
  return [pid, ...children.flatMap(family)];
}

function field(pid: number, name: string): number {
  const [, kb] = new RegExp(`${name}:\\s+(\\d+) kB`).exec(read(`/proc/${pid}/status`)) ?? [];
  return Number(kb ?? 0) / 1000;
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return ""; // the process has ended
  }
}
