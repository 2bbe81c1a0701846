import type { Files } from "../../core/workspace/files.ts";

const MANIFEST = /(?:^|\/)(?:package\.json|requirements[\w.-]*\.txt|pyproject\.toml)$/;
/** Manifests looked into. */
const MOST = 50;

const SIGNS: readonly (readonly [string, RegExp])[] = [
  ["frontend", /"(?:react|react-dom|vue|@angular\/core|svelte|next|nuxt)"\s*:/],
  ["backend", /"(?:express|fastify|koa|@nestjs\/core|hono)"\s*:/],
  ["backend", /^\s*["']?(?:django|flask|fastapi|starlette|aiohttp)\b/im],
];

/** Which folders hold a front end or a back end, by the frameworks of their manifests. */
export async function frameworkFolders(
  files: Files,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const manifests: string[] = [];
  for await (const batch of files.walk({ depth: 3, ...signal && { signal } })) {
    for (const { path } of batch) if (MANIFEST.test(path)) manifests.push(path);
    if (manifests.length >= MOST) break;
  }
  const kinds = new Map<string, string>();
  for (const path of manifests.slice(0, MOST)) {
    const text = await files.readText(path, { maxBytes: 1 << 20 }).catch(() => "");
    const kind = SIGNS.find(([, sign]) => sign.test(text))?.[0];
    if (kind !== undefined && path.includes("/")) {
      kinds.set(path.slice(0, path.lastIndexOf("/")), kind);
    }
  }
  return kinds;
}
