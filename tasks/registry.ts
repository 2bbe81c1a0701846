/**
 * A JSR registry on loopback, just enough of one to publish this package into it and to run it from
 * there: the proof that what lands in the registry works, not only the checkout.
 */
import { createHash } from "node:crypto";

/** A running registry. */
export interface Registry {
  /** Its address, for JSR_URL. */
  readonly url: string;
  /** Paths of the published files. */
  files(): string[];
  close(): Promise<void>;
}

interface Published {
  readonly version: string;
  readonly files: Map<string, Uint8Array<ArrayBuffer>>;
  readonly exports: Record<string, string>;
}

/** Starts an empty registry on a free port of 127.0.0.1. */
export function startRegistry(): Registry {
  let published: Published | undefined;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (req) => {
    const { pathname } = new URL(req.url);
    if (pathname.startsWith("/api/")) return await api(req, pathname);
    return published ? file(published, pathname) : new Response("not found", { status: 404 });
  });

  async function api(req: Request, pathname: string): Promise<Response> {
    const version = /^\/api\/scopes\/dspy\/packages\/code\/versions\/([^/]+)$/.exec(pathname)?.[1];
    if (version && req.method === "POST") {
      const files = await untar(new Uint8Array(await req.arrayBuffer()));
      const config = JSON.parse(new TextDecoder().decode(files.get("/deno.json")));
      published = { version, files, exports: config.exports };
      return Response.json({ id: "1", status: "success", error: null });
    }
    if (version) {
      return Response.json({ code: "packageVersionNotFound", message: "none" }, { status: 404 });
    }
    if (pathname.includes("/publishing_tasks/") || pathname.includes("/publish_status/")) {
      return Response.json({ id: "1", status: "success", error: null });
    }
    return Response.json({ scope: "dspy", name: "code" });
  }

  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    files: () => [...published?.files.keys() ?? []],
    close: () => server.shutdown(),
  };
}

function file({ version, files, exports }: Published, pathname: string): Response {
  if (pathname === "/@dspy/code/meta.json") {
    return Response.json({
      scope: "dspy",
      name: "code",
      latest: version,
      versions: { [version]: {} },
    });
  }
  if (pathname === `/@dspy/code/${version}_meta.json`) {
    const manifest = Object.fromEntries(
      [...files].map(([path, bytes]) => [path, {
        size: bytes.length,
        checksum: `sha256-${createHash("sha256").update(bytes).digest("hex")}`,
      }]),
    );
    return Response.json({ manifest, exports });
  }
  const bytes = files.get(pathname.replace(`/@dspy/code/${version}`, ""));
  if (bytes === undefined) return new Response("not found", { status: 404 });
  const type = pathname.endsWith(".ts") ? "application/typescript" : "application/octet-stream";
  return new Response(bytes, { headers: { "content-type": type } });
}

/** Files of a gzipped tar archive in ustar format, by absolute path. */
async function untar(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const tar = new Uint8Array(await new Response(stream).arrayBuffer());
  const text = (at: number, length: number) =>
    new TextDecoder().decode(tar.subarray(at, at + length)).replace(/\0[^]*$/, "");
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0;) {
    const size = parseInt(text(at + 124, 12).trim() || "0", 8);
    const prefix = text(at + 345, 155);
    const name = (prefix ? `${prefix}/` : "") + text(at, 100);
    const kind = text(at + 156, 1);
    if (kind === "0" || kind === "") {
      files.set("/" + name.replace(/^\.?\//, ""), tar.slice(at + 512, at + 512 + size));
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

/**
 * Publishes this checkout into a registry, with its working tree as it is.
 *
 * @throws {Error} with the output of `deno publish` when it fails.
 */
export async function publishTo(registry: Registry): Promise<void> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["publish", "--token", "toy", "--no-provenance", "--allow-dirty", "--quiet"],
    cwd: new URL("..", import.meta.url),
    env: { JSR_URL: registry.url, NO_COLOR: "1" },
  }).output();
  if (code === 0) return;
  const text = new TextDecoder();
  throw new Error(`deno publish failed:\n${text.decode(stdout)}${text.decode(stderr)}`);
}
