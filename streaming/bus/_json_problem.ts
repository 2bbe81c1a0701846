/**
 * Why a value cannot be kept as JSON; undefined when it can be. Roughly and fast: it looks at no
 * more than what makes it too large. What JSON leaves out of objects is no problem.
 *
 * @param max bytes, about.
 */
export function jsonProblem(value: unknown, max: number): string | undefined {
  const problem = shallowProblem(value, max);
  if (problem !== undefined || isFlat(value, max)) return problem;
  let size = 0;
  const open: unknown[] = [value];
  while (open.length > 0) {
    const item = open.pop();
    size += 4;
    if (typeof item === "string") size += item.length;
    else if (typeof item === "object" && item !== null) size += push(item, open, max);
    else if (typeof item === "bigint") return "its value holds a bigint";
    if (size > max) return tooLarge(max);
  }
  return undefined;
}

/** Whether it is an object of few plain values, as most are: nothing has to be remembered for it. */
function isFlat(value: unknown, max: number): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  if (ArrayBuffer.isView(value)) return false;
  let size = 0;
  for (const key in value) {
    const item = (value as Record<string, unknown>)[key];
    if (typeof item === "string") size += item.length;
    else if (typeof item === "object" && item !== null || typeof item === "bigint") return false;
    size += key.length + 8;
    if (size > max) return false;
  }
  return true;
}

/** The same without a look inside. */
export function shallowProblem(value: unknown, max: number): string | undefined {
  if (typeof value === "string") return value.length > max ? tooLarge(max) : undefined;
  const isNone = typeof value === "function" || typeof value === "symbol";
  return isNone ? `its value is a ${typeof value}` : undefined;
}

/** What is said of a value that is too large. */
export function tooLarge(max: number): string {
  return `its value is a cycle or larger than ${max} bytes`;
}

function push(item: object, open: unknown[], max: number): number {
  if (ArrayBuffer.isView(item)) return item.byteLength * 8; // an object of numbers
  let size = 0;
  if (Array.isArray(item)) {
    for (let i = 0; i < item.length && size <= max; i++, size += 4) open.push(item[i]);
    return size;
  }
  for (const key in item) {
    open.push((item as Record<string, unknown>)[key]);
    size += key.length + 4;
    if (size > max) break;
  }
  return size;
}
